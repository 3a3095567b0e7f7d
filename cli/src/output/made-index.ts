import { isComplete, type Cell, type Digest } from '@xbundle/core';
import { terminalColumns, write, type Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { writeReport } from './document.ts';
import { countAbsent, formatAbsent, formatMatrix } from './matrix.ts';
import { paintFor } from './style.ts';

/** What became of an index. */
export interface MadeIndex {
  readonly cells: readonly Cell[];
  /** Of the index; undefined when cells are missing. */
  readonly digest?: Digest;
  /** It is shown and goes nowhere. */
  readonly isDraft?: boolean;
  /** The index itself, of a draft whose cells are all there. */
  readonly document?: Uint8Array;
  /** The name that leads to it in a registry. */
  readonly pushed?: string;
  /** The bundle that has it. */
  readonly into?: string;
}

interface NamedIndex extends MadeIndex {
  readonly name: string;
}

/** Says what was made. A draft goes to stdout as its bytes are, and what there is to say of it to stderr. */
export async function reportMade(made: NamedIndex, flags: CommonFlags, io: Io): Promise<void> {
  const { name, cells, document, isDraft = false, ...facts } = made;
  const said = isDraft && flags.json !== true ? { ...io, stdout: io.stderr } : io;
  await writeReport(said, flags, {
    document: () => ({
      name,
      complete: isComplete(cells),
      ...facts,
      cells,
      ...(document !== undefined && { index: JSON.parse(Buffer.from(document).toString('utf8')) as unknown }),
    }),
    lines: () => formatMade(made, said),
    errors: formatAbsent(cells),
  });
  if (document !== undefined && flags.json !== true)
    await write(io.stdout, Buffer.concat([document, NEWLINE]));
}

const NEWLINE = Buffer.from('\n');

function formatMade({ name, cells, digest, document, pushed, into }: NamedIndex, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const absent = formatAbsent(cells);
  const isWhole = isComplete(cells);
  const verb = document === undefined ? 'MADE' : 'WOULD MAKE';
  return [
    ...formatMatrix(cells, paint, terminalColumns(io.stdout)),
    ...(absent.length > 0 ? ['', ...absent] : []),
    '',
    isWhole
      ? `${paint('green', verb)} ${name}@${digest ?? ''}`
      : `${paint('red', 'INCOMPLETE')}: ${countAbsent(cells)}; nothing was made`,
    ...(document === undefined ? [] : ['nothing was pushed or written: --push and --into FILE do']),
    ...(pushed === undefined ? [] : [`pushed ${pushed}`]),
    ...(into === undefined ? [] : [`written to ${into}`]),
  ];
}
