import {
  JOB_NOTES,
  type BuildCellReport,
  type BuildCellState,
  type Job,
  type LogLine,
  type PlannedCell,
} from '@xbundle/backend/contract';
import { tell } from '@xbundle/core/model';
import { sampleDigest } from './sample-digest.ts';
import { DIRECTORY, IMPOSSIBLE, plannedCells } from './sample-project.ts';

const FAILED_CELL = 'gitea@linux/arm64';
const IMPOSSIBLE_CELL = 'slurm-master@linux/arm64';
/** Every cell takes so long, and so many are built at once. */
const CELL_MS = 4_000;
const AT_ONCE = 4;

export interface BuildSpan {
  readonly id: string;
  readonly startedAt: number;
  /** What the clock says. */
  readonly now: number;
}

/** A build of the sample project as it is at a time: one cell fails, one is impossible, some come from the cache. */
export function buildAt({ id, startedAt, now }: BuildSpan): Job {
  const cells = plannedCells().map((cell, at) => cellAt(cell, at, { startedAt, now }));
  const endedAt = Math.max(...cells.map((cell) => cell.endedAt ?? 0));
  const isRunning = cells.some(({ state }) => state === 'queued' || state === 'building');
  const count = (...states: BuildCellState[]): number =>
    cells.filter(({ state }) => states.includes(state)).length;
  return {
    id,
    kind: 'build',
    title: 'ai-infra',
    state: isRunning ? 'running' : 'failed',
    runner: 'container',
    createdAt: startedAt,
    startedAt,
    ...(!isRunning && {
      endedAt,
      exitCode: 3,
      error: {
        code: 'INCOMPLETE',
        message: 'build ai-infra: 22 of 24 cells are there. Read the log of each missing cell.',
      },
    }),
    counts: {
      cells: cells.length,
      done: count('done', 'cached'),
      failed: count('failed', 'impossible'),
      running: count('building'),
    },
    request: {
      kind: 'build',
      directory: DIRECTORY,
      load: true,
      push: false,
      overwrite: false,
      noCache: false,
      pull: false,
      provenance: false,
      sbom: false,
      onlyFailed: false,
    },
    command: ['xbundle', 'build', DIRECTORY, '--load', '--json', '--progress=json'],
    cells,
    notes: NOTED.map((note) => ({ time: startedAt, ...note })),
    logLines: cells.reduce((sum, { logLines }) => sum + logLines, 0),
    cursor: now - startedAt,
  };
}

interface Clock {
  readonly startedAt: number;
  readonly now: number;
}

function cellAt(cell: PlannedCell, at: number, { startedAt, now }: Clock): BuildCellReport {
  const { id, component, platform, how } = cell;
  const planned = { id, component, platform, wanted: true, how, node: 'default', logLines: 0 };
  if (id === IMPOSSIBLE_CELL) {
    return { ...planned, state: 'impossible', cause: 'impossible', reason: IMPOSSIBLE };
  }
  const begin = startedAt + Math.floor(at / AT_ONCE) * CELL_MS + (at % AT_ONCE) * 300;
  if (now < begin) return { ...planned, state: 'queued' };
  const length = lengthOf(at);
  const started = { ...planned, startedAt: begin, stepsTotal: 9 } as const;
  if (now < begin + length) return { ...started, ...buildingAt((now - begin) / length, component) };
  const ended = { ...started, endedAt: begin + length, logLines: 400, stepsDone: 9 } as const;
  if (id === FAILED_CELL) return { ...ended, ...FAILURE };
  return { ...ended, state: length < CELL_MS ? 'cached' : 'done', digest: sampleDigest(id) };
}

/** Every fifth cell comes from the cache. */
function lengthOf(at: number): number {
  return at % 5 === 4 ? 600 : CELL_MS + (at % 3) * 700;
}

function buildingAt(
  part: number,
  component: string,
): Pick<BuildCellReport, 'state' | 'percent' | 'stepsDone' | 'step' | 'logLines'> {
  return {
    state: 'building',
    percent: part * 100,
    stepsDone: Math.floor(part * 9),
    step: `RUN make -j ${component} && make install`,
    logLines: Math.floor(part * 400),
  };
}

const NOTED = [
  {
    level: 'warning',
    ...tell(JOB_NOTES, 'retry', { what: 'gitea@linux/arm64', reason: 'exit code: 139' }),
  },
  { level: 'info', message: 'Loaded image: ai-infra/backend:v0.3.8' },
] as const;

const FAILURE: Pick<BuildCellReport, 'state' | 'reason' | 'cause' | 'suggestion' | 'excerpt'> = {
  state: 'failed',
  cause: 'emulator-crashed',
  reason:
    'process "/bin/sh -c gitea doctor check --all && gitea --version" did not complete successfully: exit code: 139',
  suggestion:
    "Exit code 139 under QEMU is most often QEMU's own: build it on a native arm64 node, or cross-compile (FROM --platform=$BUILDPLATFORM)",
  excerpt: {
    file: 'gitea/Dockerfile',
    line: 12,
    lines: [
      { number: 10, text: 'ARG TARGETARCH', failed: false },
      { number: 11, text: 'COPY --from=assets /out /usr/share/gitea', failed: false },
      { number: 12, text: 'RUN gitea doctor check --all && gitea --version', failed: true },
      { number: 13, text: 'USER git', failed: false },
    ],
  },
};

const ESCAPE = '\u001b';

/** Line of a log, with all that a log may hold: colours, HTML, control characters, other alphabets. */
export function sampleLogLine(number: number, cell?: string): LogLine {
  const texts = [
    `#${number} [stage-1 ${number % 9}/9] RUN make -j`,
    `${ESCAPE}[32mok${ESCAPE}[0m   compiled object ${number}.o`,
    `${ESCAPE}[1;33mwarning:${ESCAPE}[0m unused variable ‘left’ [-Wunused-variable]`,
    `  CC       src/module_${number}.c`,
    `<script>alert("${number}")</script> <b>not bold</b>`,
    `${ESCAPE}[2K${ESCAPE}[1G${ESCAPE}]0;title\u0007 42% [=========>          ] ${number}`,
    `正在下载 软件包 ${number} (1.2 MB)`,
  ];
  const text = number % 97 === 96 ? 'x'.repeat(2_500) : (texts[number % texts.length] ?? '');
  const isLong = text.length > 2_000;
  return {
    number,
    stream: number % 13 === 0 ? 'stderr' : 'stdout',
    text,
    ...(isLong && { length: 60_000 }),
    ...(cell !== undefined && { cell }),
  };
}
