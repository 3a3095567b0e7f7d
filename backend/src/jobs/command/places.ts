import { XbundleError } from '@xbundle/core';
import { containerPath, isAbsoluteHostPath, liesIn, nameOf, parentOf } from './host-paths.ts';
import type { Mount } from '../runners/job-runner.ts';

/** Collects the paths that a command line names, and says how the program sees them. */
export interface Places {
  /** A folder with all that is in it. */
  folder(path: string): string;
  /** A file that is read, with those beside it. */
  input(path: string): string;
  /** A file that is written, with others beside it while it is. */
  output(path: string): string;
  readonly mounts: readonly Mount[];
  /** Where the program finds what the kernel says of its emulators; undefined: where it looks by itself. */
  readonly binfmt: string | undefined;
}

const BINFMT = '/run/xbundle/binfmt_misc';

/** For programs that see the user's files as they are. Throws USAGE for a path that is not absolute. */
export function localPlaces(): Places {
  return { folder: absolute, input: absolute, output: absolute, mounts: [], binfmt: undefined };
}

/** For containers: what is asked for becomes mounts. */
export function containerPlaces(): Places {
  const mounts = new Map<string, Mount>();
  const mount = (path: string, access: Mount['access']): string => {
    const target = containerPath(absolute(path));
    const known = mounts.get(target);
    if (known?.access !== 'write') mounts.set(target, { path, target, access });
    return target;
  };
  const beside = (path: string, access: Mount['access']): string => {
    const folder = mount(parentOf(absolute(path)), access);
    return `${folder === '/' ? '' : folder}/${nameOf(path)}`;
  };
  return {
    folder: (path) => mount(path, 'read'),
    input: (path) => beside(path, 'read'),
    output: (path) => beside(path, 'write'),
    get mounts() {
      return outermost([...mounts.values()]);
    },
    binfmt: BINFMT,
  };
}

/** A folder inside one that is mounted in the same way needs no mount of its own. */
function outermost(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.filter(
    (inner) =>
      !mounts.some(
        (outer) =>
          outer !== inner &&
          outer.path !== inner.path &&
          liesIn(inner.path, outer.path) &&
          liesIn(inner.target, outer.target) &&
          (outer.access === 'write' || inner.access === 'read'),
      ),
  );
}

function absolute(path: string): string {
  if (isAbsoluteHostPath(path)) return path;
  throw new XbundleError('USAGE', `${JSON.stringify(path.slice(0, 200))} is no absolute path`);
}
