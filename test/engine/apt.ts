/**
 * A private view of one Debian suite: its own list of sources, its own package lists. Nothing that apt
 * knows about the machine changes. The mirror is the one the machine itself uses, so no host is named here.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from './facts.ts';
import type { CommandOptions } from './run.ts';
import { run } from './run.ts';

const aptDirectory = '/etc/apt';

/** Where packages of the machine's release come from. */
export interface Mirror {
  readonly uri: string;
  readonly signedBy: string | undefined;
}

export interface AptView {
  readonly suite: string;
  /** `-o` arguments which make apt-get and apt-cache see this view only. */
  readonly args: readonly string[];
}

export interface AptViewRequest {
  readonly mirror: Mirror;
  readonly suite: string;
  /** The first one is the machine's own. */
  readonly architectures: readonly string[];
  /** A directory for lists; has to outlive the view. */
  readonly directory: string;
}

/** The mirror from which this machine gets its own release; throws `UnavailableError` when there is none. */
export async function findMirror(release: string): Promise<Mirror> {
  for (const file of await sourceFiles()) {
    const text = await readFile(file, 'utf8');
    const mirrors = file.endsWith('.sources') ? parseStanzas(text, release) : parseLines(text, release);
    const [mirror] = mirrors;
    if (mirror !== undefined) return mirror;
  }
  throw new UnavailableError(`no apt source of this machine offers its own release "${release}"`);
}

/** Downloads the lists of packages of a suite; throws when the mirror does not have it. */
export async function openAptView(request: AptViewRequest, options: CommandOptions): Promise<AptView> {
  const { mirror, suite, architectures, directory } = request;
  const lists = join(directory, 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  const sources = join(directory, 'xbundle.sources');
  const fields = [
    'Types: deb',
    `URIs: ${mirror.uri}`,
    `Suites: ${suite}`,
    'Components: main',
    `Architectures: ${architectures.join(' ')}`,
    ...(mirror.signedBy === undefined ? [] : [`Signed-By: ${mirror.signedBy}`]),
  ];
  await writeFile(sources, `${fields.join('\n')}\n`);
  const settings = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${lists}`,
    `Dir::Cache::pkgcache=`,
    `Dir::Cache::srcpkgcache=`,
    // Root writes here: apt's own user often cannot enter the cache directory of root.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=20',
    // All directories are private, so apt need not wait for another apt.
    'Debug::NoLocking=1',
    ...architectures.map((architecture) => `APT::Architectures::=${architecture}`),
  ];
  const args = settings.flatMap((setting) => ['-o', setting]);
  // Without this apt-get exits with 0 although it could not reach the mirror.
  const strict = ['-o', 'APT::Update::Error-Mode=any'];
  await run('apt-get', ['update', '-q', ...args, ...strict], options);
  return { suite, args };
}

/** Downloads exactly these packages as .deb files into `directory`. */
export async function downloadPackages(
  view: AptView,
  packages: readonly string[],
  options: CommandOptions & { readonly cwd: string },
): Promise<void> {
  const empty = ['-o', 'Dir::State::status=/dev/null'];
  await run('apt-get', ['download', '-q', ...view.args, ...empty, ...packages], options);
}

/** Downloads these packages and what they depend on, without what the machine has installed already. */
export async function downloadClosure(
  view: AptView,
  packages: readonly string[],
  options: CommandOptions & { readonly cwd: string },
): Promise<void> {
  await mkdir(join(options.cwd, 'partial'), { recursive: true });
  const archives = ['-o', `Dir::Cache::archives=${options.cwd}`];
  const flags = ['-q', '--yes', '--download-only', '--no-install-recommends', '--reinstall'];
  await run('apt-get', ['install', ...flags, ...view.args, ...archives, ...packages], options);
}

async function sourceFiles(): Promise<readonly string[]> {
  const parts = join(aptDirectory, 'sources.list.d');
  const names = await readdir(parts);
  const files = names.filter((name) => /\.(list|sources)$/.test(name)).sort();
  const top = (await readdir(aptDirectory)).filter((name) => name === 'sources.list');
  return [...top.map((name) => join(aptDirectory, name)), ...files.map((name) => join(parts, name))];
}

function parseStanzas(text: string, release: string): readonly Mirror[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'im').exec(stanza)?.[1]?.trim();
    const uri = field('URIs')?.split(/\s+/)[0];
    const wanted = field('Types')?.split(/\s+/).includes('deb') === true && field('Enabled') !== 'no';
    const suites = field('Suites')?.split(/\s+/) ?? [];
    // A key that is written into the stanza itself cannot be passed on by this one-line reading.
    return wanted && uri !== undefined && suites.includes(release)
      ? [{ uri, signedBy: field('Signed-By') }]
      : [];
  });
}

function parseLines(text: string, release: string): readonly Mirror[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)\s/.exec(line);
    const { options = '', uri, suite } = match?.groups ?? {};
    const signedBy = /\bsigned-by=(\S+)/i.exec(options)?.[1];
    return uri !== undefined && suite === release ? [{ uri, signedBy }] : [];
  });
}
