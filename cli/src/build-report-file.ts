import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  XbundleError,
  buildMetadata,
  formatBuildJunit,
  formatBuildMarkdown,
  onPath,
  refuseNoFolder,
  stringifyJson,
  type BuildReport,
} from '@xbundle/core';

type Format = (report: BuildReport) => string;

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['.json', stringifyJson],
  ['.md', formatBuildMarkdown],
  ['.xml', formatBuildJunit],
]);

export interface ReportFlags {
  readonly report?: readonly string[];
  readonly metadata?: string;
}

/** Throws USAGE and FILE_SYSTEM before a build whose report could not be written after it. */
export async function checkReportFlags({ report = [], metadata }: ReportFlags): Promise<void> {
  for (const path of report) formatFor(path);
  for (const path of [...report, metadata]) if (path !== undefined) await refuseNoFolder(path);
}

/** Writes the files that were asked for, also after a build that failed. */
export async function writeReports(
  report: BuildReport,
  { report: paths = [], metadata }: ReportFlags,
): Promise<void> {
  for (const path of paths) await write(path, formatFor(path)(report));
  if (metadata !== undefined) await write(metadata, stringifyJson(buildMetadata(report)));
}

function formatFor(path: string): Format {
  const format = FORMATS.get(extname(path));
  if (format !== undefined) return format;
  throw new XbundleError('USAGE', `--report ${path}: want a name that ends with .json, .md or .xml (JUnit)`);
}

async function write(path: string, text: string): Promise<void> {
  await onPath('writing', path, () => writeFile(path, text));
}
