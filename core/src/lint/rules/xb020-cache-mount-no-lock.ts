import type { LintContext } from '../context.ts';
import { insertAt } from '../fixes/edits.ts';
import type { Mount } from '../stages/mounts.ts';
import type { Found, Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';
import { isTargetName } from '../scope/platform-names.ts';

export const cacheMountNoLock: Rule = {
  id: 'XB020',
  name: 'cache-mount-no-lock',
  severity: 'warning',
  title: "A package manager's cache is shared without a lock",
  documentation:
    'Platforms are built side by side and share cache mounts. apt and apk expect to be alone in their folders: two of them at once fail with "Could not get lock" or leave a broken cache. Add `sharing=locked`, so that one waits for the other. A step on `$BUILDPLATFORM` that sees no TARGET variable is the same for all platforms and runs once: there it is only told.',
  bad: 'FROM debian:13\nARG TARGETARCH\nRUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl\n',
  good: 'FROM debian:13\nARG TARGETARCH\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl\n',
  check: (context) =>
    context.runs.flatMap((run) =>
      run.mounts.filter(isUnlocked).map((mount) => describe(mount, runsForEach(run, context))),
    ),
};

const ALONE = /^\/(var\/cache\/(apt|apk)|var\/lib\/apt|etc\/apk\/cache)(\/|$)/;

function isUnlocked({ type, target = '', options }: Mount): boolean {
  if (type !== 'cache' || !ALONE.test(target)) return false;
  if (/\$\{?(TARGET|BUILD)/.test(options.get('id') ?? '')) return false;
  return (options.get('sharing') ?? 'shared') === 'shared';
}

/** A step on the build machine that sees nothing of the target is the same for all platforms, and runs once. */
function runsForEach({ instruction, stage }: Run, { isMultiPlatform, scopes }: LintContext): boolean {
  const seen = [...scopes.before(instruction).keys()];
  return isMultiPlatform && (stage.runsOn.kind === 'target' || seen.some(isTargetName));
}

function describe({ flag, target = '', options }: Mount, isCertain: boolean): Found {
  const edits = options.has('sharing') ? [] : [insertAt(flag.value.end, ',sharing=locked')];
  return {
    span: { start: flag.start, end: flag.end },
    severity: isCertain ? 'warning' : 'info',
    message: `Two platforms write ${target} at once`,
    fix: { kind: edits.length > 0 ? 'automatic' : 'suggested', title: 'Add sharing=locked', edits },
  };
}
