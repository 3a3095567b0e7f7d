import {
  checkContent,
  checkImages,
  isXbundleError,
  openBundle,
  parseReference,
  readAllowFile,
  type ArchReport,
  type CheckContentOptions,
  type ExportRequest,
} from '@xbundle/core';
import { platformList, type ClientFlags, type CommonFlags } from '../options.ts';
import { formatArchReport } from '../output/arch-report.ts';
import { writeJson, writeLines } from '../output/document.ts';
import { parseSource } from '../source-choice.ts';
import { pathKind } from './path-kind.ts';
import { withClients, type CommandContext } from './with-clients.ts';
import { withProgress } from './with-progress.ts';

export interface CheckFlags extends CommonFlags, ClientFlags {
  readonly from: string;
  readonly platform?: readonly string[];
  readonly quick?: boolean;
  readonly strict?: boolean;
  readonly deepArchives?: boolean;
  readonly allowFile?: string;
}

/** Exit code 4 when an image holds what its platform does not run, 3 when a platform is not there, else 0. */
export async function runCheck(subject: string, flags: CheckFlags, context: CommandContext): Promise<number> {
  const { io } = context;
  const allow = flags.allowFile === undefined ? undefined : await readAllowFile(flags.allowFile);
  const platforms = platformList(flags.platform);
  const report = await withProgress(io, flags, async ({ onProgress }) => {
    const depth = flags.quick === true ? 'quick' : 'full';
    const options: CheckContentOptions = {
      depth,
      allow,
      archives: flags.deepArchives,
      platforms,
      signal: io.signal,
      onProgress,
    };
    return (await checkBundle(subject, options)) ?? checkElsewhere(subject, { flags, context, options });
  });
  if (flags.json === true) await writeJson(io, report);
  else if (flags.quiet !== true) await writeLines(io, formatArchReport(report, flags, io));
  return exitCode(report, flags);
}

/** Undefined for what is no file, and for a file that is no bundle: an archive may be an image's. */
async function checkBundle(path: string, options: CheckContentOptions): Promise<ArchReport | undefined> {
  if ((await pathKind('checking', path)) !== 'file') return undefined;
  const bundle = await openIfBundle(path);
  if (bundle === undefined) return undefined;
  try {
    return await checkContent(bundle, options);
  } finally {
    await bundle.close();
  }
}

async function openIfBundle(path: string): Promise<Awaited<ReturnType<typeof openBundle>> | undefined> {
  try {
    return await openBundle(path);
  } catch (error) {
    if (isXbundleError(error, 'BUNDLE_INVALID')) return undefined;
    throw error;
  }
}

interface Elsewhere {
  readonly flags: CheckFlags;
  readonly context: CommandContext;
  readonly options: CheckContentOptions;
}

async function checkElsewhere(subject: string, { flags, context, options }: Elsewhere): Promise<ArchReport> {
  const kind = await pathKind('checking', subject);
  return withClients(context, flags, (clients) => {
    const request: ExportRequest =
      kind === undefined
        ? { images: [wanted(subject, options)], from: parseSource(flags.from), clients }
        : { images: [], from: { kind: kind === 'file' ? 'docker-archive' : 'oci', path: subject }, clients };
    return checkImages(request, options);
  });
}

function wanted(subject: string, { platforms }: CheckContentOptions): ExportRequest['images'][number] {
  return { name: parseReference(subject), ...(platforms !== undefined && { platforms }) };
}

function exitCode({ state, absent }: ArchReport, { strict }: CheckFlags): number {
  const isWorrying = state === 'suspect' || state === 'unread';
  if (state === 'wrong' || (strict === true && isWorrying)) return 4;
  return absent.length > 0 ? 3 : 0;
}
