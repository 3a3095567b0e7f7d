/**
 * The programs come from a cache which every run re-uses. A set is built under a private name and renamed
 * when whole: its final name is the mark of completeness, and of two runs which build at once one rename
 * wins and the other run takes the winner's.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ExecaError } from 'execa';
import { findMirror } from './apt.ts';
import { hasErrorCode } from './errors.ts';
import { UnavailableError } from './facts.ts';
import { buildPackages, packageLists } from './packages.ts';
import { run } from './run.ts';

/** Newest first; forky has engine 28, trixie has engine 26. */
const suites = ['forky', 'trixie'];

/** Names of sets in the making. */
const workPrefix = 'building-';

/** The download of 190 MB takes seconds on a good line and a quarter of an hour on a bad one. */
const workAge = 60 * 60_000;

export interface Packages {
  readonly suite: string;
  readonly directory: string;
  readonly versions: Readonly<Record<string, string>>;
}

interface Machine {
  readonly release: string;
  readonly architecture: string;
}

interface CacheOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The unpacked programs. Throws `UnavailableError` when they are neither cached nor to be downloaded.
 * XBUNDLE_TEST_SUITE asks for one suite instead of the newest that can be had.
 */
export async function ensurePackages(options: CacheOptions = {}): Promise<Packages> {
  const machine = await describeMachine(options);
  const wanted = process.env['XBUNDLE_TEST_SUITE'];
  const candidates = wanted === undefined || wanted === '' ? suites : [wanted];
  for (const suite of candidates) {
    const cached = await readCached(suite, machine);
    if (cached !== undefined) return cached;
  }
  const problems: string[] = [];
  for (const suite of candidates) {
    try {
      const packages = await fillCache(suite, machine, options);
      if (problems.length > 0) console.warn(`using engines of ${suite}, because of ${problems.join('; ')}`);
      return packages;
    } catch (error) {
      // Only a failed program (apt: no network, no such suite) sends us to the next suite.
      if (!(error instanceof ExecaError)) throw error;
      problems.push(`${suite}: ${summarize(error)}`);
    }
  }
  throw new UnavailableError(`the packages of the engines cannot be had (${problems.join('; ')})`);
}

async function describeMachine({ signal }: CacheOptions): Promise<Machine> {
  const text = await readFile('/etc/os-release', 'utf8');
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1];
  const release = field('VERSION_CODENAME');
  if (field('ID') !== 'debian' || release === undefined) {
    throw new UnavailableError(
      `the engines are Debian packages and this is ${field('ID') ?? 'another system'}`,
    );
  }
  const { stdout: architecture } = await run('dpkg', ['--print-architecture'], { signal });
  return { release, architecture };
}

function cacheDirectory(): string {
  const given = process.env['XBUNDLE_TEST_CACHE'];
  if (given !== undefined && given !== '') return given;
  const caches = process.env['XDG_CACHE_HOME'];
  const base = caches === undefined || caches === '' ? join(homedir(), '.cache') : caches;
  return join(base, 'xbundle', 'engines');
}

/** All that decides the content is in the name, so an outdated set is never taken for a current one. */
function cachedSet(suite: string, machine: Machine): string {
  const lists = createHash('sha256').update(JSON.stringify(packageLists)).digest('hex').slice(0, 8);
  return join(cacheDirectory(), `${machine.release}-${suite}-${machine.architecture}-${lists}`);
}

async function readCached(suite: string, machine: Machine): Promise<Packages | undefined> {
  const directory = cachedSet(suite, machine);
  try {
    const text = await readFile(join(directory, 'versions.json'), 'utf8');
    return { suite, directory, versions: JSON.parse(text) as Record<string, string> };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function fillCache(suite: string, machine: Machine, options: CacheOptions): Promise<Packages> {
  const { release, architecture } = machine;
  await mkdir(cacheDirectory(), { recursive: true });
  await removeOldWork();
  const work = await mkdtemp(join(cacheDirectory(), workPrefix));
  try {
    const mirror = await findMirror(release);
    const finished = join(work, 'finished');
    await buildPackages({ mirror, suite, release, architecture, work, finished }, options);
    await publish(finished, cachedSet(suite, machine));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const packages = await readCached(suite, machine);
  if (packages !== undefined) return packages;
  throw new UnavailableError(`the cached ${suite} packages vanished while they were being made`);
}

/** What a run that was killed has left; a run which still works is younger. */
async function removeOldWork(): Promise<void> {
  const names = await readdir(cacheDirectory());
  for (const name of names.filter((entry) => entry.startsWith(workPrefix))) {
    const path = join(cacheDirectory(), name);
    const found = await stat(path).catch(absentAsUndefined);
    if (found !== undefined && Date.now() - found.mtimeMs > workAge) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

function absentAsUndefined(error: unknown): undefined {
  if (!hasErrorCode(error, 'ENOENT')) throw error;
}

async function publish(finished: string, final: string): Promise<void> {
  try {
    await rename(finished, final);
  } catch (error) {
    // Another run was faster; its set is as good as ours.
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

function summarize(error: { readonly command: string; readonly stderr?: unknown }): string {
  const lines = String(error.stderr).split('\n');
  const errors = lines.filter((line) => /^(E|Err|W):/.test(line)).slice(0, 3);
  return [error.command.split(' -o ')[0], 'failed:', ...errors].join(' ');
}
