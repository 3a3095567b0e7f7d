import { readFile } from 'node:fs/promises';
import { systemCode, XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Files that a TLS connection uses, as paths; what is undefined or not there is not used. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False only where Docker's own settings say so: `DOCKER_TLS` without `DOCKER_TLS_VERIFY`, or a context. */
  readonly verify: boolean;
}

/** What `tls.connect` takes. */
export interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/** Reads the files. Throws FILE_SYSTEM for one that is there and cannot be read. */
export async function readTlsFiles(files: TlsFiles): Promise<TlsOptions> {
  const read = async (path: string | undefined): Promise<Buffer | undefined> =>
    path === undefined ? undefined : readOptionalFile(path);
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized: files.verify,
  };
}

/** The bytes of a small file of Docker's settings, or undefined when it is not there. */
export async function readOptionalFile(path: string): Promise<Buffer | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return undefined;
    throw new XbundleError('FILE_SYSTEM', `reading ${path}: ${systemCode(cause) ?? 'failed'}`, { cause });
  }
  if (bytes.byteLength <= LIMITS.definitionBytes) return bytes;
  throw new XbundleError('LIMIT_EXCEEDED', `reading ${path}: more than ${LIMITS.definitionBytes} bytes`);
}
