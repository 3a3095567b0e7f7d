import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { acquireLock, onPath, XbundleError, type FileLock } from '@xbundle/core';
import { detectProject, serveLocal, type LocalServer } from '@xbundle/backend';
import type { Io } from '../io.ts';
import { writeJson, writeLines } from '../output/document.ts';
import type { CommandContext } from './with-clients.ts';

export interface UiFlags {
  readonly dir: string;
  readonly port: string;
  /** False with `--no-open`. */
  readonly open: boolean;
}

/** Serves the page until Ctrl-C. */
export async function runUi(flags: UiFlags, { io, version }: CommandContext): Promise<number> {
  const port = parsePort(flags.port);
  const root = await onPath('opening', flags.dir, () => realpath(resolve(flags.dir)));
  const state = stateFolder(root, io.env);
  await onPath('making', state, () => mkdir(state, { recursive: true, mode: 0o700 }));
  const lock = await acquireOnly(join(state, 'lock'), root);
  const start = await programPath();
  try {
    const server = await serveLocal({
      version,
      root,
      state,
      port,
      files: await pageFolder(start),
      program: [process.execPath, start],
      env: io.env,
    });
    await useServer(server, { flags, io, root, state });
  } finally {
    await lock.release();
  }
  return 0;
}

interface ServedUi {
  readonly flags: UiFlags;
  readonly io: Io;
  readonly root: string;
  readonly state: string;
}

async function useServer(server: LocalServer, { flags, io, root, state }: ServedUi): Promise<void> {
  const page = join(state, 'open.html');
  try {
    await writeLines(io, [
      server.url,
      `Folders below ${root} are shown. Whoever has this address may build and export as you: keep it to yourself.`,
      'Ctrl-C ends the server. Jobs that run go on, and the next "xbundle ui" finds them.',
    ]);
    if (flags.open) await openBrowser(server.url, page, io);
    await aborted(io.signal);
  } finally {
    await rm(page, { force: true });
    await server.close();
  }
  await writeLines(io, ['The server has ended. Jobs that were running go on.']);
}

export async function runDetect(directory: string, io: Io): Promise<number> {
  await writeJson(io, await detectProject(directory));
  return 0;
}

function parsePort(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new XbundleError('USAGE', `--port ${text}: want a number from 0 to 65535`);
}

/** Two servers would both follow the same jobs. */
async function acquireOnly(path: string, root: string): Promise<FileLock> {
  try {
    return await acquireLock(path);
  } catch (error) {
    if (!(error instanceof XbundleError) || error.code !== 'LOCKED') throw error;
    throw new XbundleError('LOCKED', `"xbundle ui" runs for ${root} already: use its page, or end it first`, {
      cause: error,
    });
  }
}

/** Each folder has a history of its own. Beside the records of builds, see `buildFolder`. */
function stateFolder(root: string, env: Io['env']): string {
  const given = env['XDG_STATE_HOME'] || env['LOCALAPPDATA'];
  const base = given ? resolve(given) : join(env['HOME'] || homedir(), '.local', 'state');
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const name = basename(root).replace(/[^A-Za-z0-9._-]/g, '_') || 'root';
  return join(base, 'xbundle', 'ui', `${name}-${hash}`);
}

/** The file that Node was started with, which starts jobs too. */
async function programPath(): Promise<string> {
  const path = process.argv[1] ?? '';
  return onPath('opening', path, () => realpath(path));
}

/** Beside the command line where that was installed, in the workspace where it was built. */
async function pageFolder(program: string): Promise<string> {
  for (const folder of ['../dist/ui', '../../ui/dist']) {
    const path = resolve(dirname(program), folder);
    try {
      await access(join(path, 'index.html'));
      return path;
    } catch {
      continue;
    }
  }
  throw new XbundleError(
    'UNSUPPORTED',
    'this build of xbundle has no page. Install the whole package, or run "npm run build"',
  );
}

/**
 * Opens the address by way of a file that only this user can read: arguments of programs are seen by every user of
 * a machine, and the address holds the token.
 */
async function openBrowser(url: string, page: string, io: Io): Promise<void> {
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>xbundle</title>`;
  await onPath('writing', page, () => writeFile(page, html, { mode: 0o600 }));
  const target = pathToFileURL(page).href;
  const [program, args] = browserCommand(target);
  const opener = spawn(program, args, { stdio: 'ignore', detached: true });
  opener.once('error', () => {
    io.stdout.write('No browser could be opened: open the address above yourself.\n');
  });
  opener.unref();
}

function browserCommand(target: string): readonly [program: string, args: readonly string[]] {
  if (process.platform === 'darwin') return ['open', [target]];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', target]];
  return ['xdg-open', [target]];
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    signal.addEventListener('abort', () => {
      done();
    });
  });
}
