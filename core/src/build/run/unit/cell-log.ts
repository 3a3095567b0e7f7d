import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { onPath } from '../../../files/index.ts';
import type { BuildEvent, BuildStep } from '../../progress/index.ts';

/** The log file of one cell: what buildx prints with `--progress=plain`, about. */
export interface CellLog {
  readonly add: (event: BuildEvent) => void;
  /** A line of xbundle's own. */
  readonly note: (text: string) => void;
  /** Throws FILE_SYSTEM or DISK_FULL when the file could not be written. */
  close(): Promise<void>;
}

/** Starts a log file; what is there is replaced. Steps say their platform where several are built together. */
export function openCellLog(path: string, isTogether = false): CellLog {
  const stream = createWriteStream(path);
  const failure = firstError(stream);
  return {
    add: (event) => {
      for (const line of logLines(event, isTogether)) stream.write(`${line}\n`);
    },
    note: (text) => void stream.write(`# ${text}\n`),
    close: () =>
      onPath('writing', path, async () => {
        stream.end();
        await Promise.race([finished(stream), failure]);
      }),
  };
}

/** Rejects when the stream fails, also while nobody waits for it. */
function firstError(stream: WriteStream): Promise<never> {
  const failure = new Promise<never>((_, reject) => stream.once('error', reject));
  failure.catch(() => undefined);
  return failure;
}

/** What an event is in a log: steps when they start and end, and every line they write. */
function logLines(event: BuildEvent, isTogether: boolean): readonly string[] {
  switch (event.type) {
    case 'log':
      return [`#${event.step.number} ${event.text}`];
    case 'text':
      return [event.text];
    case 'warning': {
      const { text, line, url } = event.warning;
      const place = line === undefined ? '' : ` (line ${line})`;
      return [`warning: ${text}${text.includes('(line ') ? '' : place}${url === undefined ? '' : ` ${url}`}`];
    }
    case 'step':
      return stepLines(event.step, isTogether);
    case 'progress':
      return [];
  }
}

function stepLines(step: BuildStep, isTogether: boolean): readonly string[] {
  const { number, state, error, durationMs } = step;
  const time = durationMs === undefined ? '' : ` ${(durationMs / 1000).toFixed(1)}s`;
  const title = titleOf(step, isTogether);
  switch (state) {
    case 'running':
      return [`#${number} ${title}`];
    case 'done':
      return [`#${number} DONE${time}`];
    case 'cached':
      return [`#${number} ${title}`, `#${number} CACHED`];
    case 'failed':
      return [`#${number} ERROR: ${error ?? ''}`];
    case 'canceled':
      return [`#${number} CANCELED`];
    case 'waiting':
      return [];
  }
}

function titleOf({ platform, stage, step, text }: BuildStep, isTogether: boolean): string {
  const words = [
    isTogether ? platform : undefined,
    stage,
    step === undefined ? undefined : `${step.number}/${step.of}`,
  ];
  const brackets = words.filter((word) => word !== undefined).join(' ');
  return brackets === '' ? text : `[${brackets}] ${text}`;
}
