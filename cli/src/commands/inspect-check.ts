import {
  XbundleError,
  cellOf,
  isComplete,
  parseReference,
  planExport,
  verifyBundle,
  type Cell,
  type Platform,
} from '@xbundle/core';
import { terminalColumns } from '../io.ts';
import { platformList } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { formatAbsent, formatMatrix } from '../output/matrix.ts';
import { paintFor } from '../output/style.ts';
import { parseSource } from '../source-choice.ts';
import { isBundle, type InspectFlags } from './inspect-subject.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

/**
 * The guard of a CI pipeline: exit code 3 unless the image, or every image of the bundle, has the platforms. What
 * an index lists and the source lacks does not count, and neither do arch tags: the name itself must have them.
 */
export async function checkPlatforms(
  subject: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<number> {
  const { io } = context;
  const platforms = wantedPlatforms(flags);
  const cells = (await isBundle(subject))
    ? await cellsOfBundle(subject, platforms, context)
    : await cellsOfImage({ subject, platforms }, flags, context);
  const complete = cells.length > 0 && isComplete(cells);
  const absent = formatAbsent(cells);
  await writeReport(io, flags, {
    document: () => ({ complete, cells }),
    lines: () => [
      ...formatMatrix(cells, paintFor(io.stdout, io.env), terminalColumns(io.stdout)),
      ...(absent.length > 0 ? ['', ...absent] : []),
    ],
    errors: absent,
  });
  return complete ? 0 : 3;
}

function wantedPlatforms({ check, platform, raw }: InspectFlags): readonly Platform[] {
  const platforms = platformList(platform);
  if (check === true && platforms !== undefined && raw !== true) return platforms;
  throw new XbundleError('USAGE', 'inspecting: --check and --platform LIST go together, and without --raw');
}

async function cellsOfBundle(
  path: string,
  platforms: readonly Platform[],
  { io }: CommandContext,
): Promise<readonly Cell[]> {
  const report = await verifyBundle(path, { signal: io.signal, quick: true, contract: { platforms } });
  const [first] = report.problems;
  if (report.integrity !== 'failed' || first === undefined) return report.cells;
  throw new XbundleError(
    'BUNDLE_INVALID',
    `inspecting ${path}: ${first.message}. Run "xbundle verify ${path}"`,
  );
}

async function cellsOfImage(
  { subject, platforms }: { readonly subject: string; readonly platforms: readonly Platform[] },
  flags: InspectFlags,
  context: CommandContext,
): Promise<readonly Cell[]> {
  const { io } = context;
  const name = parseReference(subject);
  const from = parseSource(flags.from);
  return withClients(context, flags, (clients) =>
    withProgress(io, flags, async () => {
      const images = [{ name, platforms, parts: [name] }];
      const { index } = await planExport({ images, from, clients }, { signal: io.signal });
      return index.cells.map(cellOf);
    }),
  );
}
