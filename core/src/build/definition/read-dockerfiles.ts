import { Buffer } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CallOptions } from '../../content/index.ts';
import { definitionInvalid } from '../../definition/index.ts';
import { XbundleError, interrupted, systemCode } from '../../errors.ts';
import { fileError } from '../../files/index.ts';
import { LIMITS } from '../../limits.ts';
import type { DockerfileFacts } from '../facts.ts';
import { reachableTargets } from '../needed-targets.ts';
import type { BuildDefinition, BuildTarget } from '../target.ts';
import { isRemoteContext } from './context-path.ts';

/**
 * The Dockerfiles of all components that a definition builds, as `PlanFacts` wants them; those of remote contexts
 * are left out. Throws DEFINITION_INVALID, at the component's place, for a context or Dockerfile that is not there,
 * LIMIT_EXCEEDED over `LIMITS.dockerfileBytes`, and FILE_SYSTEM.
 */
export async function readDockerfiles(
  definition: BuildDefinition,
  options: CallOptions = {},
): Promise<ReadonlyMap<string, DockerfileFacts>> {
  // Loaded when it is needed: most commands read no Dockerfile.
  const { parseDockerfile } = await import('./parse-dockerfile.ts');
  const known = new Map<string, DockerfileFacts>();
  for (const target of reachableTargets(definition)) {
    const text = await readDockerfile(target, options);
    const facts = text === undefined ? undefined : parseDockerfile(text);
    if (facts !== undefined) known.set(target.name, facts);
  }
  return known;
}

async function readDockerfile(target: BuildTarget, options: CallOptions): Promise<string | undefined> {
  const { context, dockerfile, dockerfileInline } = target;
  const isRemote = isRemoteContext(context);
  if (!isRemote) await checkContext(target);
  if (dockerfileInline !== undefined) return dockerfileInline;
  if (isRemote) return undefined;
  const path = dockerfile ?? join(context, 'Dockerfile');
  try {
    return await readStart(path, options);
  } catch (error) {
    if (options.signal?.aborted === true) throw interrupted(options.signal);
    await refuseMissing(target, path, error);
    return undefined;
  }
}

/** BuildKit falls back to the lower-case spelling, for the default name only. */
async function refuseMissing({ name, place }: BuildTarget, path: string, error: unknown): Promise<undefined> {
  if (systemCode(error) !== 'ENOENT') throw fileError('reading', path, error);
  if (basename(path) === 'Dockerfile' && (await isFile(join(dirname(path), 'dockerfile')))) return;
  throw definitionInvalid(place, `${name}: there is no Dockerfile ${path}`, error);
}

async function checkContext({ name, context, place }: BuildTarget): Promise<void> {
  if (await isDirectory(context)) return;
  const beside = join(dirname(place.file), basename(context));
  const hint = (await isDirectory(beside))
    ? `. The paths of a bake file start from the current directory, not from the file: run it in ${dirname(place.file)}`
    : '';
  throw definitionInvalid(place, `${name}: its context ${context} is no directory${hint}`);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'directory';
}

async function isFile(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'file';
}

async function kindOf(path: string): Promise<'directory' | 'file' | 'other' | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'directory';
    return found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw fileError('looking at', path, error);
  }
}

async function readStart(path: string, { signal }: CallOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  const file = await open(path);
  const stream = file.createReadStream({
    end: LIMITS.dockerfileBytes,
    ...(signal !== undefined && { signal }),
  });
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.byteLength <= LIMITS.dockerfileBytes) return bytes.toString('utf8');
  throw new XbundleError(
    'LIMIT_EXCEEDED',
    `reading ${path}: it has more than ${LIMITS.dockerfileBytes} bytes; a Dockerfile is smaller`,
  );
}
