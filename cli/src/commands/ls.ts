import { formatBytes, cellOf, openBundle, shortDigest } from '@xbundle/core';
import { terminalColumns, type Io } from '../io.ts';
import type { CommonFlags } from '../options.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { shortName } from '../output/matrix.ts';
import { formatTable } from '../output/table.ts';

/** Lists cells from the bundle's first KiB; nothing is verified. Exit code 3 when one of them is missing. */
export async function runLs(path: string, flags: CommonFlags, io: Io): Promise<number> {
  const bundle = await openBundle(path);
  await bundle.close();
  const { cells, complete } = bundle.index;
  if (flags.json === true) await writeJson(io, { complete, id: bundle.head.id, cells: cells.map(cellOf) });
  else if (flags.quiet !== true) {
    const lines = formatTable({
      columns: [
        { title: 'IMAGE', shrinks: true },
        { title: 'PLATFORM' },
        { title: 'STATE' },
        { title: 'SIZE', align: 'right' },
        { title: 'DIGEST' },
      ],
      rows: cells.map((cell) => [
        shortName(cell.image),
        cell.platform,
        cell.state,
        cell.size === undefined ? '-' : formatBytes(cell.size),
        cell.manifest === undefined ? '-' : shortDigest(cell.manifest.digest),
      ]),
      width: terminalColumns(io.stdout),
    });
    await writeLines(io, lines);
  }
  return complete ? 0 : 3;
}
