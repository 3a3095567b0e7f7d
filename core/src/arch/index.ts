export { type AllowRule } from './judge/allow-list.ts';
export { machineArchitecture, parseArchitecture } from './binary/architecture.ts';
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
