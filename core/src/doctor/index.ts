export { runFix, safeFixes, type FixOutcome } from './apply-fixes.ts';
export { checkBeforeBuild, diagnose } from './diagnose.ts';
export {
  type BaseReport,
  type BaseUse,
  type BuilderReport,
  type DockerReport,
  type DoctorFacts,
  type Emulator,
  type EngineReport,
  type Failure,
  type RegistryReport,
  type SpaceReport,
} from './facts.ts';
export {
  doctorExitCode,
  type CommandVector,
  type DoctorFinding,
  type DoctorFix,
  type FindingCode,
  type FindingSeverity,
} from './finding.ts';
export { DEFAULT_BINFMT_IMAGE, type DoctorRequest, type DoctorWorld } from './doctor-request.ts';
export { gatherBuildFacts, gatherDoctorFacts, type PlannedBuild } from './gather/gather-facts.ts';
export { readEmulators } from './gather/emulators.ts';
