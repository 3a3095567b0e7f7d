/**
 * Where a file belongs. Inside core it is the folder, `root` for the files beside the folders; the other
 * workspaces are one place each, apart from the contract that the UI shares with the backend.
 */
export type Place = string;

const CORE = /^core\/src\/(?:([^/]+)\/)?/;

/** The place of a file, by its path from the repository's root; undefined for what no rule speaks of. */
export function placeOf(file: string): Place | undefined {
  if (file === 'core/src/index.ts') return 'core index';
  if (/^backend\/src\/contract(\/|\.ts$)/.test(file)) return 'backend contract';
  const core = CORE.exec(file);
  if (core !== null) return `core/${core[1] ?? 'root'}`;
  return /^(cli|backend|ui)\/src\//.exec(file)?.[1];
}

const BELOW_MEDIA = ['core/root', 'core/model', 'core/content', 'core/files', 'core/tar'];
const MEDIA = ['core/registry', 'core/engine', 'core/layout'];
const ABOVE_MEDIA = [...BELOW_MEDIA, ...MEDIA, 'core/buildx', 'core/definition', 'core/lint', 'core/arch'];
const CORE_PACKAGE = ['core index', 'core/model'];

/** What the files of a place may import, apart from each other. */
const MAY_IMPORT: Readonly<Record<Place, readonly Place[]>> = {
  'core/root': [],
  'core/model': ['core/root'],
  'core/content': BELOW_MEDIA.slice(0, 2),
  'core/files': BELOW_MEDIA.slice(0, 3),
  'core/tar': BELOW_MEDIA.slice(0, 4),
  'core/registry': BELOW_MEDIA,
  'core/engine': BELOW_MEDIA,
  'core/layout': BELOW_MEDIA,
  'core/buildx': BELOW_MEDIA,
  'core/definition': [...BELOW_MEDIA, 'core/buildx'],
  'core/bundle': [...BELOW_MEDIA, ...MEDIA],
  'core/check': [...BELOW_MEDIA, 'core/arch', 'core/bundle'],
  'core/build': [...ABOVE_MEDIA, 'core/bundle'],
  'core/doctor': [...ABOVE_MEDIA, 'core/bundle', 'core/build'],
  'core/lint': ['core/root', 'core/model'],
  'core/arch': BELOW_MEDIA,
  cli: [...CORE_PACKAGE, 'backend'],
  backend: [...CORE_PACKAGE, 'backend contract'],
  'backend contract': ['core/model'],
  ui: ['backend contract', 'core/model'],
};

const REASONS: Readonly<Record<Place, string>> = {
  'core/registry': 'the three media know nothing of each other, nor of bundles',
  'core/engine': 'the three media know nothing of each other, nor of bundles',
  'core/layout': 'the three media know nothing of each other, nor of bundles',
  'core/lint': 'lint stands alone',
  'core/arch': 'arch stands alone',
  ui: 'the UI runs in a browser and knows the backend only by its contract',
  'backend contract': 'the contract is shared with the UI, which runs in a browser',
};

export interface ImportEdge {
  /** Paths from the repository's root. */
  readonly from: string;
  readonly to: string;
  /** As it is written. */
  readonly specifier: string;
}

/** Why an import is not allowed; undefined when it is. */
export function brokenRule(edge: ImportEdge): string | undefined {
  const [own, other] = [placeOf(edge.from), placeOf(edge.to)];
  if (own === undefined || own === 'core/testing') return undefined;
  if (other === 'core/testing') return 'testing/ is for tests, tools, test/ and bench/ only';
  if (other === undefined) return `${own} imports nothing from outside the sources`;
  return wrongPath(edge) ?? (own === other || own === 'core index' ? undefined : wrongPlace(own, other));
}

function wrongPath({ from, to, specifier }: ImportEdge): string | undefined {
  const isOwnWorkspace = workspaceOf(from) === workspaceOf(to);
  if (!isOwnWorkspace && specifier.startsWith('.'))
    return 'another workspace is imported by its package name, not by its path';
  if (isOwnWorkspace && placeOf(to) === 'core index')
    return 'index.ts is for other packages: import the folder';
  return undefined;
}

function wrongPlace(own: Place, other: Place): string | undefined {
  const allowed = MAY_IMPORT[own];
  if (allowed === undefined) return `${own} has no rule: add one to tools/check-imports/rules.ts`;
  if (allowed.includes(other)) return undefined;
  return `${own} may import only ${allowed.join(', ') || 'nothing'}${because(own)}`;
}

function because(place: Place): string {
  const reason = REASONS[place];
  return reason === undefined ? '' : `: ${reason}`;
}

function workspaceOf(file: string): string {
  return file.slice(0, file.indexOf('/'));
}

/** Places whose files, with all they import, run in a browser. */
export function runsInBrowser(file: string): boolean {
  const place = placeOf(file);
  return place === 'ui' || place === 'backend contract' || place === 'core/model';
}
