export { applyFixes, type FixResult } from './fixes/apply-fixes.ts';
export { parseLintConfig, type LintConfig } from './config/lint-config.ts';
export {
  compareFindings,
  isAtLeast,
  SEVERITIES,
  type Finding,
  type Fix,
  type Position,
  type Range,
  type Severity,
  type TextEdit,
} from './finding.ts';
export { isIgnoredFile } from './config/ignored-files.ts';
export { lintBases, type BaseImage, type BaseLookup, type LintBasesOptions } from './lint-bases.ts';
export { lintDockerfile, type LintOptions, type LintReport } from './lint-dockerfile.ts';
export { expandWord } from './dockerfile/expand.ts';
export { parseDockerfile as parseDockerfileTree } from './dockerfile/parse-dockerfile.ts';
export { type DockerfileTree, type Instruction, type Stage } from './dockerfile/tree.ts';
export { mergeReports } from './merge-reports.ts';
export { readMounts } from './stages/mounts.ts';
export { evaluateDockerfile, type EvaluateOptions, type SeenValues } from './evaluate.ts';
export { type Rule } from './rule.ts';
export { createSourceText, type SourceText } from './source-text.ts';
export { findRule, RULES } from './rules/index.ts';
