import type { CellReport, Job, JobRequestInput } from '@xbundle/backend/contract';
import { jobRequestSchema } from '@xbundle/backend/contract';
import { sampleDigest } from './sample-digest.ts';
import { COMPONENTS, DIRECTORY, PLATFORMS } from './sample-project.ts';

const LENGTH_MS = 8_000;
const BYTES = 4_210_000_000;
export const BUNDLE_PATH = `${DIRECTORY}/release/ai-infra-v0.3.8.tar`;

export interface TransferSpan {
  readonly id: string;
  readonly kind: string;
  readonly startedAt: number;
  readonly now: number;
}

const REQUESTS: Readonly<Record<string, JobRequestInput>> = {
  export: { kind: 'export', images: [], definition: `${DIRECTORY}/xbundle.yaml`, output: BUNDLE_PATH },
  verify: { kind: 'verify', bundle: BUNDLE_PATH },
  import: { kind: 'import', bundle: BUNDLE_PATH, to: { kind: 'docker' } },
  'builder-create': { kind: 'builder-create', name: 'multi', nodes: [] },
  'binfmt-install': { kind: 'binfmt-install' },
  manifest: { kind: 'manifest', name: 'ai-infra/backend:v0.3.8', sources: [] },
};

/** Cells of the sample release, two of them missing when asked for. */
export function sampleCells(missing = 0): CellReport[] {
  return COMPONENTS.flatMap((component, at) =>
    PLATFORMS.map((platform): CellReport => {
      const image = `docker.io/ai-infra/${component}:v0.3.8`;
      if (platform === 'linux/arm64' && at < missing) {
        return { image, platform, state: 'missing', reason: 'the engine has only linux/amd64' };
      }
      const digest = sampleDigest(`${component}${platform}`);
      const size = 90_000_000 + ((at * 37) % 11) * 41_000_000;
      return { image, platform, state: 'present', digest, size, archTag: `${image}-${platform.slice(6)}` };
    }),
  );
}

/** An export, verify or import as it is at a time. */
export function transferAt({ id, kind, startedAt, now }: TransferSpan): Job {
  const part = Math.min(1, (now - startedAt) / LENGTH_MS);
  const isRunning = part < 1;
  const phase = kind === 'verify' ? 'verify' : kind === 'import' ? 'load' : 'fetch';
  const base = {
    id,
    kind: kind as Job['kind'],
    title: kind === 'builder-create' ? 'multi' : 'ai-infra-v0.3.8.tar',
    runner: 'container',
    createdAt: startedAt,
    startedAt,
    request: jobRequestSchema.parse(REQUESTS[kind] ?? REQUESTS['verify']),
    command: ['xbundle', kind, BUNDLE_PATH, '--json'],
    cells: [],
    notes: [],
    logLines: 3,
    cursor: 0,
  } satisfies Partial<Job>;
  if (isRunning) return { ...base, state: 'running', progress: { phase, ...progressAt(part) } };
  const bundle = { path: BUNDLE_PATH, id: sampleDigest('bundle'), size: BYTES, complete: true };
  return {
    ...base,
    state: 'done',
    endedAt: startedAt + LENGTH_MS,
    exitCode: 0,
    ...(kind === 'export' && { bundle }),
    result: resultOf(kind),
  };
}

function progressAt(part: number): Omit<NonNullable<Job['progress']>, 'phase'> {
  const seconds = LENGTH_MS / 1000;
  return {
    done: BYTES * part,
    total: BYTES,
    blobsDone: Math.floor(122 * part),
    blobs: 122,
    rate: BYTES / seconds,
    secondsLeft: (1 - part) * seconds,
  };
}

function resultOf(kind: string): NonNullable<Job['result']> {
  const cells = sampleCells();
  if (kind === 'verify') return { complete: true, integrity: 'ok', signed: false, cells, problems: [] };
  if (kind !== 'import') return { complete: true, cells };
  return {
    complete: true,
    cells,
    target: { kind: 'docker', label: 'engine unix:///var/run/docker.sock' },
    names: COMPONENTS.map((component) => ({
      image: `docker.io/ai-infra/${component}:v0.3.8`,
      name: `docker.io/ai-infra/${component}:v0.3.8`,
      action: 'create',
      wanted: sampleDigest(component),
      found: sampleDigest(component),
    })),
  };
}
