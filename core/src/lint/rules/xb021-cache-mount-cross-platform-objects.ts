import type { LintContext } from '../context.ts';
import { declareArgs, insertAt } from '../fixes/edits.ts';
import { optionValue, type Mount } from '../stages/mounts.ts';
import type { Found, Rule } from '../rule.ts';
import type { Run } from '../stages/runs.ts';

export const cacheMountCrossPlatformObjects: Rule = {
  id: 'XB021',
  name: 'cache-mount-cross-platform-objects',
  severity: 'warning',
  title: 'Platforms share a cache of compiled objects',
  documentation:
    "A cache mount without an `id` is one folder for all platforms. Cargo without `--target` writes every platform's program to the same `target/release/app`, so a step that copies it from there may take that of the platform built beside it; ccache and node-gyp folders mix objects the same way. Give each platform its own: `id=target-$TARGETARCH`. With `cargo --target`, or a lock around build and copy, nothing mixes.",
  bad: 'FROM rust:1 AS build\nARG TARGETARCH\nCOPY . .\nRUN --mount=type=cache,target=/src/target cargo build --release && cp target/release/app /app\n',
  good: 'FROM rust:1 AS build\nARG TARGETARCH\nCOPY . .\nRUN --mount=type=cache,target=/src/target,id=target-$TARGETARCH cargo build --release && cp target/release/app /app\n',
  check: (context) =>
    context.isMultiPlatform
      ? context.runs.flatMap((run) =>
          run.mounts.filter((mount) => isShared(mount, run)).map((mount) => describe(mount, run, context)),
        )
      : [],
};

function isShared({ type, target = '', options }: Mount, run: Run): boolean {
  if (type !== 'cache' || /\$/.test(target) || /\$\{?(TARGET|BUILD)/.test(options.get('id') ?? ''))
    return false;
  if (options.has('sharing') && options.get('sharing') !== 'shared') return false;
  if (/(^|\/)\.?ccache(\/|$)|\/node-gyp(\/|$)/.test(target)) return true;
  return /(^|\/)target\/?$/.test(target) && buildsNatively(run);
}

/** cargo without a target triple, which would keep the platforms apart. */
function buildsNatively({ script, stage }: Run): boolean {
  const builds = script.commands.filter(
    ({ name, args }) => name === 'cargo' && args.some(({ value }) => /^(build|install|b)$/.test(value)),
  );
  const hasTarget = builds.some(({ args }) => args.some(({ value }) => value.startsWith('--target')));
  return stage.runsOn.kind === 'target' && builds.length > 0 && !hasTarget;
}

function describe(mount: Mount, run: Run, context: LintContext): Found {
  const { flag, target = '' } = mount;
  const name = target.split('/').findLast((part) => part !== '') ?? 'cache';
  const id = optionValue(mount, 'id');
  return {
    span: { start: flag.start, end: flag.end },
    message: `Compiled objects for different platforms share ${target}`,
    fix: {
      kind: 'automatic',
      title: 'Give each platform a cache of its own',
      edits: [
        ...declareArgs(context, run, ['TARGETARCH']),
        id === undefined
          ? insertAt(flag.value.end, `,id=${name}-$TARGETARCH`)
          : insertAt(id.end, '-$TARGETARCH'),
      ],
    },
  };
}
