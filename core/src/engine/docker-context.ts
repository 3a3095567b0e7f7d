import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { XbundleError } from '../errors.ts';
import { parseWith } from '../model/index.ts';
import { readOptionalFile, type TlsFiles } from './tls-files.ts';

/** The engine of a Docker context (docker/cli cli/context/store: `contexts/meta/<sha256 of name>/meta.json`). */
export interface ContextEndpoint {
  readonly host: string;
  readonly tls?: TlsFiles;
}

const configSchema = z.looseObject({ currentContext: z.string().max(255).nullish() });

const metaSchema = z.looseObject({
  Name: z.string(),
  Endpoints: z.looseObject({
    docker: z.looseObject({ Host: z.string().nullish(), SkipTLSVerify: z.boolean().nullish() }).nullish(),
  }),
});

/** The context that `config.json` names, or undefined when it names none or is not there. */
export async function currentContext(configDirectory: string): Promise<string | undefined> {
  const config = await readJson(join(configDirectory, 'config.json'), configSchema);
  return config?.currentContext || undefined;
}

/** Reads a context. Throws NOT_FOUND when there is none of that name, DEFINITION_INVALID when it is unreadable. */
export async function contextEndpoint(configDirectory: string, name: string): Promise<ContextEndpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(configDirectory, 'contexts', 'meta', id, 'meta.json'), metaSchema);
  const docker = meta?.Endpoints.docker;
  if (!docker?.Host) {
    throw new XbundleError(
      'NOT_FOUND',
      `finding the Docker Engine: there is no Docker context ${JSON.stringify(name.slice(0, 80))} with an engine in ${configDirectory}. "docker context ls" lists them, "docker context use default" goes back to the local engine`,
    );
  }
  const verify = docker.SkipTLSVerify !== true;
  const tls = await tlsFiles(join(configDirectory, 'contexts', 'tls', id, 'docker'), verify);
  return { host: docker.Host, ...(tls !== undefined && { tls }) };
}

/** TLS is used when the context has TLS files, or when it says that they are not to be verified. */
async function tlsFiles(directory: string, verify: boolean): Promise<TlsFiles | undefined> {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = join(directory, `${name}.pem`);
    if ((await readOptionalFile(path)) !== undefined) files[name] = path;
  }
  return Object.keys(files).length === 0 && verify ? undefined : { ...files, verify };
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await readOptionalFile(path);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new XbundleError('DEFINITION_INVALID', `reading ${path}: it is not JSON`, { cause });
  }
  return parseWith(schema, value, { what: path, code: 'DEFINITION_INVALID' });
}
