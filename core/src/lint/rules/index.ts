import type { Rule } from '../rule.ts';
import { platformArgDefault } from './xb001-platform-arg-default.ts';
import { platformArgUndeclared } from './xb002-platform-arg-undeclared.ts';
import { finalStageBuildPlatform } from './xb003-final-stage-build-platform.ts';
import { goBuildNoGoarch } from './xb004-go-build-no-goarch.ts';
import { hardcodedTarget } from './xb005-hardcoded-target.ts';
import { hardcodedArchUrl } from './xb006-hardcoded-arch-url.ts';
import { buildArchProbe } from './xb007-build-arch-probe.ts';
import { nativeDepsFromBuildStage } from './xb008-native-deps-from-build-stage.ts';
import { impossiblePlatformCompare } from './xb009-impossible-platform-compare.ts';
import { digestSinglePlatform } from './xb010-digest-single-platform.ts';
import { archSpecificBase } from './xb011-arch-specific-base.ts';
import { argNameMismatch } from './xb012-arg-name-mismatch.ts';
import { argUnusedInFrom } from './xb013-arg-unused-in-from.ts';
import { copyFromVariable } from './xb014-copy-from-variable.ts';
import { hardcodedArchPathEnv } from './xb015-hardcoded-arch-path-env.ts';
import { rustupTargetConditional } from './xb016-rustup-target-conditional.ts';
import { archCaseNoDefault } from './xb017-arch-case-no-default.ts';
import { cgoCrossNoCc } from './xb018-cgo-cross-no-cc.ts';
import { armVariantIgnored } from './xb019-arm-variant-ignored.ts';
import { cacheMountNoLock } from './xb020-cache-mount-no-lock.ts';
import { cacheMountCrossPlatformObjects } from './xb021-cache-mount-cross-platform-objects.ts';
import { envLostBetweenRun } from './xb022-env-lost-between-run.ts';
import { nativeCpuTuning } from './xb023-native-cpu-tuning.ts';
import { amd64OnlyPackage } from './xb024-amd64-only-package.ts';
import { aptSourceArchLiteral } from './xb025-apt-source-arch-literal.ts';
import { emulatedToolchain } from './xb026-emulated-toolchain.ts';
import { bindMountWrite } from './xb027-bind-mount-write.ts';
import { externalCopyInBuildStage } from './xb028-external-copy-in-build-stage.ts';
import { hiddenConstantPlatform } from './xb029-hidden-constant-platform.ts';
import { curlNoFailDownload } from './xb030-curl-no-fail-download.ts';

/** All rules, by their numbers: the mistakes that cost most come first. */
export const RULES: readonly Rule[] = [
  platformArgDefault,
  platformArgUndeclared,
  finalStageBuildPlatform,
  goBuildNoGoarch,
  hardcodedTarget,
  hardcodedArchUrl,
  buildArchProbe,
  nativeDepsFromBuildStage,
  impossiblePlatformCompare,
  digestSinglePlatform,
  archSpecificBase,
  argNameMismatch,
  argUnusedInFrom,
  copyFromVariable,
  hardcodedArchPathEnv,
  rustupTargetConditional,
  archCaseNoDefault,
  cgoCrossNoCc,
  armVariantIgnored,
  cacheMountNoLock,
  cacheMountCrossPlatformObjects,
  envLostBetweenRun,
  nativeCpuTuning,
  amd64OnlyPackage,
  aptSourceArchLiteral,
  emulatedToolchain,
  bindMountWrite,
  externalCopyInBuildStage,
  hiddenConstantPlatform,
  curlNoFailDownload,
];

/** The rule of an id such as `XB001`. */
export function findRule(id: string): Rule | undefined {
  return RULES.find((rule) => rule.id === id);
}
