import {
  findEngineImage,
  formatPlatform,
  formatReference,
  mapConcurrent,
  parsePlatforms,
  parseReference,
  satisfies,
} from '@xbundle/core';
import { z } from 'zod';
import { cellSchema, type Forecast, type ParsedRequestOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import { exportArgs } from '../jobs/command/job-command.ts';
import type { Places } from '../jobs/command/places.ts';
import type { Services } from '../services.ts';
import { askCli } from '../tasks/cli-tasks.ts';

const forecastSchema = z.looseObject({
  complete: z.boolean(),
  fetch: z.looseObject({ blobs: z.number(), bytes: z.number(), sharedBytes: z.number() }),
  cells: z.array(cellSchema),
});

/**
 * The dry run of an export; of images of the engine an estimate from what it says by itself, because a dry run
 * would have it save all of them.
 */
export async function forecast(
  request: ParsedRequestOf<'forecast'>,
  services: Services,
  call: Call,
): Promise<Forecast> {
  if (request.from.kind === 'docker' && request.definition === undefined)
    return estimate(request, services, call);
  const args = (places: Places): readonly string[] => [
    'export',
    '--dry-run',
    '--json',
    '--quiet',
    ...exportArgs(request, places),
  ];
  const needsEngine = request.from.kind === 'auto' || request.from.kind === 'docker';
  const question = { what: 'asking for sizes', needsEngine, args };
  const { complete, cells, fetch } = await askCli(services.tasks, question, { schema: forecastSchema, call });
  return {
    complete,
    cells,
    bytes: fetch.bytes,
    blobs: fetch.blobs,
    sharedBytes: fetch.sharedBytes,
    exact: true,
  };
}

async function estimate(
  { images, platforms = [] }: ParsedRequestOf<'forecast'>,
  { clients }: Services,
  { signal }: Call,
): Promise<Forecast> {
  const engine = await clients.engine();
  const wanted = parsePlatforms(platforms);
  const found = await mapConcurrent(images, { jobs: 8, signal }, async (text, inner) => {
    const name = parseReference(text);
    const image = await findEngineImage(engine, name, { signal: inner });
    const have = image?.cells ?? [];
    const asked = wanted.length === 0 ? have.map(({ platform }) => platform) : wanted;
    return asked.map((platform) => {
      const cell = have.find((each) => satisfies(each.platform, platform));
      const isThere = cell?.complete === true;
      return cellSchema.parse({
        image: formatReference(name),
        platform: formatPlatform(platform),
        state: isThere ? 'present' : 'missing',
        ...(!isThere && { reason: 'the engine does not have it' }),
        ...(cell?.manifest !== undefined && { digest: cell.manifest }),
        ...(cell?.size !== undefined && { size: cell.size }),
      });
    });
  });
  const cells = found.flat();
  return {
    complete: cells.length > 0 && cells.every(({ state }) => state === 'present'),
    cells,
    bytes: cells.reduce((sum, { size }) => sum + (size ?? 0), 0),
    exact: false,
  };
}
