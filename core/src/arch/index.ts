export { type AllowRule } from './allow-list.ts';
export { parseArchitecture } from './architecture.ts';
export { ArchChecker, type ArchCheckOptions, type ArchDepth, type ArchVerdicts } from './arch-checker.ts';
export {
  type ArchFinding,
  type ArchFindingCode,
  type ArchIgnored,
  type ArchSeverity,
  type ArchState,
  type ArchTier,
  type ArchVerdict,
} from './finding.ts';
export { type ArchCell } from './image-cell.ts';
