import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  XbundleError,
  EngineTarget,
  RegistryTarget,
  createLayoutTarget,
  familiarReference,
  formatReference,
  onPath,
  openBundle,
  openVerified,
  parsePlatforms,
  parseReference,
  planImport,
  refuseIrregular,
  runImport as runImportPlan,
  shortDigest,
  stringifyJson,
  writeTextDurably,
  type BundleReader,
  type ImageTarget,
  type ImportPlan,
  type PlatformChoice,
  type Receipt,
  type RunImportOptions,
} from '@xbundle/core';
import type { Clients } from '../clients.ts';
import { terminalColumns, type Io } from '../io.ts';
import type { ClientFlags, CommonFlags } from '../options.ts';
import { writeReport } from '../output/document.ts';
import { formatAbsent, shortName } from '../output/matrix.ts';
import { paintFor } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { parseCount } from '../source-choice.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

export interface ImportFlags extends CommonFlags, ClientFlags {
  readonly to: string;
  readonly platform?: readonly string[];
  readonly image?: readonly string[];
  readonly onExistingTag: 'error' | 'skip' | 'overwrite';
  readonly archTags: 'auto' | 'always' | 'never';
  readonly allowIncomplete?: boolean;
  readonly dryRun?: boolean;
  readonly receipt?: string;
  readonly jobs: string;
}

/** Verifies, imports and asks the target; exit code 3 unless the target says that it has every wanted cell. */
export async function runImport(path: string, flags: ImportFlags, context: CommandContext): Promise<number> {
  const { io } = context;
  const options = toOptions(flags, io);
  return withClients(context, flags, async (clients) => {
    const target = await openTarget(flags.to, clients);
    await refuseEarly({ path, target }, flags, io);
    const outcome = await withProgress(io, flags, async ({ onProgress }) => {
      const bundle = await openVerified(path, { signal: io.signal, onProgress });
      try {
        return await perform({ bundle, target }, flags, { ...options, onProgress });
      } finally {
        await bundle.close();
      }
    });
    await report(outcome, flags, io);
    return outcome.receipt?.complete === false ||
      (outcome.receipt === undefined && outcome.plan.absent.length > 0)
      ? 3
      : 0;
  });
}

interface Transfer {
  readonly path: string;
  readonly target: ImageTarget;
}

/** What would fail at the end anyway is said before a long verification: a wrong file, place or login. */
async function refuseEarly({ path, target }: Transfer, { receipt }: ImportFlags, io: Io): Promise<void> {
  if (path === '-') {
    throw new XbundleError(
      'USAGE',
      'importing -: a bundle is verified first, then read again. Save it to a file',
    );
  }
  if (receipt !== undefined) await refuseUnwritable(receipt);
  const bundle = await openBundle(path);
  await bundle.close();
  await target.facts({ signal: io.signal });
  const [image] = bundle.index.images;
  if (image !== undefined)
    await target.find(target.locate(parseReference(image.name)), { signal: io.signal });
}

async function refuseUnwritable(receipt: string): Promise<void> {
  const operation = 'writing the receipt';
  await onPath(operation, receipt, () => access(dirname(receipt), constants.W_OK));
  await refuseIrregular(receipt);
}

function toOptions(flags: ImportFlags, io: Io): RunImportOptions {
  return {
    signal: io.signal,
    jobs: parseCount('--jobs', flags.jobs),
    platforms: platformChoice(flags.platform),
    images: (flags.image ?? []).map(parseReference),
    onExistingTag: flags.onExistingTag,
    archTags: flags.archTags,
    allowIncomplete: flags.allowIncomplete,
  };
}

function platformChoice(items: readonly string[] = []): PlatformChoice | undefined {
  if (items.length === 0) return undefined;
  if (items.length === 1 && (items[0] === 'all' || items[0] === 'native')) return items[0];
  return parsePlatforms(items);
}

/** Parses `--to`. Throws USAGE. */
async function openTarget(text: string, clients: Clients): Promise<ImageTarget> {
  const [kind, ...rest] = text.split(':');
  const place = rest.join(':');
  if (text === 'docker') return new EngineTarget(await clients.engine());
  if (kind === 'registry' && place !== '') return new RegistryTarget(clients.registry(), place);
  if (kind === 'oci' && place !== '') return createLayoutTarget(place);
  throw new XbundleError('USAGE', `--to ${text}: want docker, registry:HOST[/PREFIX] or oci:DIR`);
}

interface Outcome {
  readonly plan: ImportPlan;
  /** Absent for a dry run. */
  readonly receipt?: Receipt;
}

interface Sides {
  readonly bundle: BundleReader;
  readonly target: ImageTarget;
}

async function perform(sides: Sides, flags: ImportFlags, options: RunImportOptions): Promise<Outcome> {
  const plan = await planImport(sides.bundle, sides.target, options);
  if (flags.dryRun === true) return { plan };
  return { plan, receipt: await runImportPlan(plan, sides, options) };
}

async function report({ plan, receipt }: Outcome, flags: ImportFlags, io: Io): Promise<void> {
  const { receipt: path } = flags;
  if (path !== undefined && receipt !== undefined) {
    await writeTextDurably({ path, ingest: dirname(path) }, stringifyJson(receipt));
  }
  await writeReport(io, flags, {
    document: () => receipt ?? planDocument(plan),
    lines: () => (receipt === undefined ? planLines(plan, io) : receiptLines(receipt, io)),
    errors: receipt === undefined ? plan.absent.map(absentText) : formatAbsent(receipt.cells),
  });
}

function planDocument({ facts, steps, absent }: ImportPlan): unknown {
  return {
    dryRun: true,
    target: facts,
    steps: steps.map(({ image, action, existing, target }) => ({
      image,
      name: formatReference(target.name),
      action,
      root: target.root.digest,
      ...(existing !== undefined && { existing }),
    })),
    absent,
  };
}

function planLines({ facts, steps, absent }: ImportPlan, io: Io): readonly string[] {
  const table = formatTable({
    columns: [{ title: 'NAME', shrinks: true }, { title: 'ACTION' }, { title: 'DIGEST' }],
    rows: steps.map(({ action, target }) => [
      familiarReference(target.name),
      action,
      shortDigest(target.root.digest),
    ]),
    width: terminalColumns(io.stdout),
  });
  return [...table, ...absent.map(absentText), '', `into ${facts.label}; nothing was changed`];
}

function absentText({ image, platform, reason }: ImportPlan['absent'][number]): string {
  return `${image} for ${platform}: ${reason}`;
}

function receiptLines(receipt: Receipt, io: Io): readonly string[] {
  const paint = paintFor(io.stdout, io.env);
  const actions = new Map(receipt.names.map(({ name, action }) => [name, action]));
  const table = formatTable({
    columns: [
      { title: 'NAME', shrinks: true },
      { title: 'PLATFORM' },
      { title: 'STATE' },
      { title: 'ACTION' },
    ],
    rows: receipt.cells.map(({ name, platform, state }) => [
      shortName(name),
      platform,
      state,
      actions.get(name) ?? '-',
    ]),
    width: terminalColumns(io.stdout),
  });
  const absent = formatAbsent(receipt.cells);
  const { name, version, id } = receipt.bundle;
  const release = [name, version].filter((part) => part !== undefined).join(' ');
  return [
    ...table,
    ...(absent.length > 0 ? ['', ...absent] : []),
    '',
    `${receipt.complete ? paint('green', 'COMPLETE') : paint('red', 'INCOMPLETE')}: ${receipt.target.label} was asked and has ${countCells(receipt)}`,
    `bundle ${id}${release === '' ? '' : ` (${release})`}`,
  ];
}

/** Each cell once, however many names lead to it; it is there when all of them do. */
function countCells({ cells, names }: Receipt): string {
  const key = ({ image, platform }: Receipt['cells'][number]): string => `${image} ${platform}`;
  const all = new Set(cells.map(key));
  const lacking = new Set(cells.filter(({ state }) => state !== 'present').map(key));
  return `${all.size - lacking.size} of ${all.size} cells under ${names.length} ${names.length === 1 ? 'name' : 'names'}`;
}
