import { formatBytes, cellOf, openBundle, shortDigest, type Cell } from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { formatAbsent, shortName } from '../output/matrix.ts';
import { formatTable } from '../output/table.ts';

/** Lists cells from the bundle's first KiB; nothing is verified. Exit code 3 when one of them is missing. */
export async function runLs(path: string, flags: CommonFlags, io: Io): Promise<number> {
  const bundle = await openBundle(path);
  await bundle.close();
  const { index, head } = bundle;
  const cells = index.cells.map(cellOf);
  await writeReport(io, flags, {
    document: () => ({ complete: index.complete, id: head.id, cells }),
    lines: () => cellTable(cells, io),
    errors: formatAbsent(cells),
  });
  return index.complete ? 0 : 3;
}

function cellTable(cells: readonly Cell[], io: Io): readonly string[] {
  return formatTable({
    columns: [
      { title: 'IMAGE', shrinks: true },
      { title: 'PLATFORM' },
      { title: 'STATE' },
      { title: 'SIZE', align: 'right' },
      { title: 'DIGEST', shrinks: true },
    ],
    rows: cells.map(({ image, platform, state, size, digest }) => [
      shortName(image),
      platform,
      state,
      size === undefined ? '-' : formatBytes(size),
      digest === undefined ? '-' : shortDigest(digest),
    ]),
    width: terminalColumns(io.stdout),
  });
}
