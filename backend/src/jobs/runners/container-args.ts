import type { JobSpec, Mount } from './job-runner.ts';

/** What the backend's own container is made of, and job containers are too. */
export interface ContainerSetting {
  readonly image: string;
  /** The named volume that is mounted at `/data`. */
  readonly volume?: string | undefined;
  /** Where the engine's socket lies, as seen by whoever runs `docker run`. */
  readonly socket: string;
  /**
   * Whether the engine can show containers the kernel's emulators: Docker Desktop's can. A rootless engine would mount
   * an empty table of its own, and from then on find no emulator of the machine.
   */
  readonly showsBinfmt?: boolean | undefined;
  /** Labels by which Docker Desktop groups containers of the extension. */
  readonly labels: Readonly<Record<string, string>>;
  /** `UID:GID` and further groups, where the backend does not run as root. */
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

export const JOB_LABEL = 'dev.xbundle.job';
export const CREATED_LABEL = 'dev.xbundle.created';
export const REQUEST_LABEL = 'dev.xbundle.request';
/** Whose job it is: another installation on the same engine leaves it alone. */
export const OWNER_LABEL = 'dev.xbundle.owner';

/** By the volume, which is where the history of its jobs is. */
export function ownerOf({ volume }: ContainerSetting): string {
  return volume ?? 'no-volume';
}

/** Longer ones are not kept: the label is for jobs whose history was lost. */
const MAX_REQUEST = 60_000;

const PROGRAMS: Readonly<Record<JobSpec['program'], string>> = {
  xbundle: '/usr/local/bin/xbundle',
  docker: '/usr/local/bin/docker',
};

export function containerName(id: string): string {
  return `xbundle-job-${id}`;
}

/**
 * Arguments for `docker` that start a job and return at once. The log driver is named, because an engine may be set
 * up to keep none, or to drop the start of a long one.
 */
export function containerArgs(spec: JobSpec, setting: ContainerSetting): readonly string[] {
  const { id, program, args, cwd, mounts, needsEngine, binfmt, createdAt, request } = spec;
  const asked = JSON.stringify(request) as string | undefined;
  const labels = {
    ...setting.labels,
    [JOB_LABEL]: id,
    [OWNER_LABEL]: ownerOf(setting),
    [CREATED_LABEL]: String(createdAt),
    ...(asked !== undefined && asked.length <= MAX_REQUEST && { [REQUEST_LABEL]: asked }),
  };
  return [
    'run',
    '--detach',
    '--pull=never',
    `--name=${containerName(id)}`,
    ...Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`),
    '--log-driver=json-file',
    '--log-opt=max-size=100g',
    ...(setting.user === undefined ? [] : [`--user=${setting.user}`]),
    ...(setting.groups ?? []).map((group) => `--group-add=${group}`),
    ...mounts.map(bindArg),
    ...(setting.volume === undefined
      ? []
      : [mountArg(['type=volume', `source=${setting.volume}`, 'target=/data'])]),
    ...(needsEngine
      ? [mountArg(['type=bind', `source=${setting.socket}`, 'target=/var/run/docker.sock'])]
      : []),
    ...(binfmt === undefined || setting.showsBinfmt !== true ? [] : [binfmtArg(binfmt)]),
    ...(cwd === undefined ? [] : [`--workdir=${cwd}`]),
    `--entrypoint=${PROGRAMS[program]}`,
    '--',
    setting.image,
    ...args,
  ];
}

function bindArg({ path, target, access }: Mount): string {
  const fields = ['type=bind', `source=${path}`, `target=${target}`];
  return mountArg(access === 'read' ? [...fields, 'readonly'] : fields);
}

/**
 * The engine mounts the kernel's table where it runs itself, which needs no path of its machine and no rights of the
 * container. The volume has no name, so that it goes with the container; such a one cannot be `readonly`, and `ro` as
 * an option of the file system would, on old kernels, be for the whole machine.
 */
function binfmtArg(target: string): string {
  const options = ['type=binfmt_misc', 'device=binfmt_misc'].map((option) => `volume-opt=${option}`);
  return mountArg(['type=volume', `target=${target}`, 'volume-nocopy=true', ...options]);
}

/** Docker reads this as one record of CSV: a field with a comma or quote is quoted as a whole. */
function mountArg(fields: readonly string[]): string {
  const quoted = fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return `--mount=${quoted.join(',')}`;
}
