import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { CallOptions } from '../../content/index.ts';
import { throwIfAborted, XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { NOTES, tell, type OnProgress } from '../../model/index.ts';
import type { Credentials } from './credentials.ts';
import type { Environment } from '../http/proxy.ts';

export interface HelperOptions extends CallOptions {
  readonly environment: Environment;
  readonly onProgress?: OnProgress | undefined;
}

/** What helpers print, and exit with 1, when they know no such server (docker-credential-helpers). */
const NOT_FOUND = 'credentials not found in native keychain';
/** The user name of an identity token. */
const TOKEN_USER = '<token>';

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string().min(1) });

/**
 * Asks `docker-credential-NAME get` for a server. Undefined when it knows none, and, with a warning, when it is
 * not installed: configurations travel between machines. Rejects with UNAUTHORIZED when it fails, answers
 * nonsense or takes longer than `LIMITS.credentialHelperMs`. What it prints is never quoted.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  const path = /^[A-Za-z0-9_.-]+$/.test(name) ? await findCommand(command, options.environment) : undefined;
  if (path === undefined) {
    const told = tell(NOTES, 'helper-absent', { command: JSON.stringify(command.slice(0, 80)), server });
    options.onProgress?.({ type: 'note', level: 'warning', ...told });
    return undefined;
  }
  // Loaded when it is needed: most runs start no program, and loading it takes longer than a small bundle.
  const { execa } = await import('execa');
  const result = await execa(path, ['get'], {
    input: server,
    reject: false,
    timeout: LIMITS.credentialHelperMs,
    forceKillAfterDelay: 500,
    maxBuffer: LIMITS.responseBytes,
    stripFinalNewline: true,
    ...(options.signal !== undefined && { cancelSignal: options.signal }),
  });
  throwIfAborted(options.signal);
  if (!result.failed) return readAnswer(result.stdout, { command, server });
  if (result.stdout.trim() === NOT_FOUND) return undefined;
  throw failed({ command, server }, result.timedOut ? 'it did not answer in time' : howItEnded(result));
}

function howItEnded({ exitCode }: { readonly exitCode?: number }): string {
  return exitCode === undefined ? 'it did not run to its end' : `it ended with exit code ${exitCode}`;
}

/**
 * The command's absolute path. Relative entries of PATH and the working directory are left out, where others
 * may have put a program of that name (CVE-2019-15752).
 */
async function findCommand(command: string, environment: Environment): Promise<string | undefined> {
  const isWindows = process.platform === 'win32';
  const extensions = isWindows ? ['.exe', '.cmd', '.bat'] : [''];
  for (const directory of (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    for (const extension of extensions) {
      const path = join(directory, `${command}${extension}`);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Asked {
  readonly command: string;
  readonly server: string;
}

function readAnswer(stdout: string, asked: Asked): Credentials {
  const answer = answerSchema.safeParse(parseJson(stdout));
  if (!answer.success) throw failed(asked, 'its answer is not the document that helpers give');
  const { Username: username, Secret: secret } = answer.data;
  if (username === TOKEN_USER) return { kind: 'identity-token', token: secret };
  return { kind: 'password', username, password: secret };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failed({ command, server }: Asked, reason: string): XbundleError {
  return new XbundleError('UNAUTHORIZED', `asking ${command} for the login to ${server}: ${reason}`);
}
