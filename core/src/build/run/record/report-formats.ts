import { isDone, storedResult, type BuildReport, type CellReport } from './build-report.ts';

/**
 * For each component what `buildx bake --metadata-file` says of a target, and each platform besides. Components
 * whose cells are not all there have no digest.
 */
export function buildMetadata({ cells, images }: BuildReport): Readonly<Record<string, unknown>> {
  const components = [...new Set(cells.filter(({ wanted }) => wanted).map(({ component }) => component))];
  return Object.fromEntries(
    components.map((component) => {
      const own = images.filter((image) => image.component === component);
      const digest = own[0]?.digest;
      return [
        component,
        {
          ...(digest !== undefined && { 'containerimage.digest': digest }),
          'image.name': own.map(({ name }) => name).join(','),
          platforms: Object.fromEntries(
            cells.filter((cell) => cell.component === component).flatMap((cell) => platformEntry(cell)),
          ),
        },
      ];
    }),
  );
}

function platformEntry(cell: CellReport): readonly (readonly [string, unknown])[] {
  const stored = storedResult(cell);
  if (stored === undefined) return [];
  const { manifest, config } = stored;
  const digests = { 'containerimage.digest': manifest.digest, 'containerimage.config.digest': config.digest };
  return [[cell.platform, digests]];
}

/** A report for people: the matrix, then each cell that is not there with the end of its output. */
export function formatBuildMarkdown(report: BuildReport): string {
  const { cells, complete, durationMs, name, version } = report;
  const platforms = [...new Set(cells.map(({ platform }) => platform))];
  const components = [...new Set(cells.map(({ component }) => component))];
  const find = (component: string, platform: string): CellReport | undefined =>
    cells.find((cell) => cell.component === component && cell.platform === platform);
  const wanted = cells.filter((cell) => cell.wanted);
  const title = [name, version].filter((part) => part !== undefined).join(' ');
  return [
    `# Build${title === '' ? '' : ` of ${escapeMarkdown(title)}`}`,
    '',
    `${complete ? 'Complete' : '**Incomplete**'}: ${wanted.filter(isDone).length} of ${wanted.length} cells in ${seconds(durationMs)}.`,
    '',
    `| component | ${platforms.join(' | ')} |`,
    `| --- |${platforms.map(() => ' --- |').join('')}`,
    ...components.map(
      (component) =>
        `| ${escapeMarkdown(component)} | ${platforms.map((platform) => cellWords(find(component, platform))).join(' | ')} |`,
    ),
    ...cells.filter((cell) => !isDone(cell)).flatMap(absentSection),
    '',
  ].join('\n');
}

function cellWords(cell: CellReport | undefined): string {
  if (cell === undefined) return '';
  const { state, kept, cached, how, durationMs } = cell;
  const word =
    kept === true
      ? 'kept'
      : cached === true
        ? 'cached'
        : state === 'done' && how === 'emulated'
          ? 'emulated'
          : state;
  const text = durationMs === undefined ? word : `${word}, ${seconds(durationMs)}`;
  return isDone(cell) ? text : `**${text}**`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function absentSection(cell: CellReport): readonly string[] {
  const { component, platform, state } = cell;
  const { place, message, suggestion, log } = whyAbsent(cell);
  return [
    '',
    `## ${escapeMarkdown(`${component} for ${platform}: ${state}${place === '' ? '' : ` at ${place}`}`)}`,
    '',
    escapeMarkdown(message),
    ...(suggestion === '' ? [] : ['', escapeMarkdown(suggestion)]),
    ...(log.length === 0 ? [] : ['', ...log.map((line) => `    ${line}`)]),
  ];
}

interface Absence {
  /** `Dockerfile:6`, or nothing. */
  readonly place: string;
  readonly message: string;
  readonly suggestion: string;
  readonly log: readonly string[];
}

function whyAbsent({ failure, reason = '' }: CellReport): Absence {
  if (failure === undefined) return { place: '', message: reason, suggestion: '', log: [] };
  const { at, message, suggestion = '', log } = failure;
  return { place: at === undefined ? '' : `${at.file}:${at.line}`, message, suggestion, log };
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replaceAll('\n', ' ');
}

/** One test case for each cell, as CI systems read JUnit files: blocked and canceled cells are skipped. */
export function formatBuildJunit({ cells, durationMs, name = 'build' }: BuildReport): string {
  const failures = cells.filter(({ state }) => state === 'failed' || state === 'wrong').length;
  const skipped = cells.filter(({ state }) => state === 'blocked' || state === 'canceled').length;
  const totals = `tests="${cells.length}" failures="${failures}" skipped="${skipped}" time="${time(durationMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${escapeXml(name)}" ${totals}>`,
    ...cells.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(cell: CellReport): readonly string[] {
  const { component, platform, durationMs = 0, state } = cell;
  const head = `    <testcase classname="${escapeXml(component)}" name="${escapeXml(platform)}" time="${time(durationMs)}"`;
  if (isDone(cell)) return [`${head}/>`];
  const isSkipped = state === 'blocked' || state === 'canceled';
  return [`${head}>`, isSkipped ? skipElement(cell) : failureElement(cell), '    </testcase>'];
}

function skipElement(cell: CellReport): string {
  return `      <skipped message="${escapeXml(whyAbsent(cell).message)}"/>`;
}

function failureElement(cell: CellReport): string {
  const { place, message, suggestion, log } = whyAbsent(cell);
  const text = [place, ...(cell.failure?.at?.source ?? []), ...log, suggestion].filter((line) => line !== '');
  const type = escapeXml(cell.failure?.cause ?? cell.state);
  return `      <failure type="${type}" message="${escapeXml(message)}">${escapeXml(text.join('\n'))}</failure>`;
}

function time(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no place for most control characters, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
