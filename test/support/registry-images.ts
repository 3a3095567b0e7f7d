/** What a registry serves, byte for byte, asked without xbundle. */
import { createHash } from 'node:crypto';

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

interface Listed {
  readonly digest: string;
}

interface Manifest {
  readonly manifests?: readonly Listed[];
  readonly config?: Listed;
  readonly layers?: readonly Listed[];
}

/** The bytes of a manifest; `name` is HOST/REPOSITORY:TAG or HOST/REPOSITORY@DIGEST. */
export async function manifestBytes(name: string): Promise<Buffer> {
  const { host, repository, reference } = split(name);
  return read(`http://${host}/v2/${repository}/manifests/${reference}`, { accept: ACCEPT });
}

export async function manifestDigest(name: string): Promise<string> {
  return digestOf(await manifestBytes(name));
}

/** The digests of all that is under a name: the index, its manifests with the attestations, configs and layers. */
export async function allDigests(name: string): Promise<ReadonlySet<string>> {
  const { host, repository } = split(name);
  const digests = new Set<string>();
  const add = async (reference: string): Promise<void> => {
    const bytes = await manifestBytes(reference);
    digests.add(digestOf(bytes));
    const { manifests = [], config, layers = [] } = JSON.parse(bytes.toString()) as Manifest;
    for (const { digest } of config === undefined ? layers : [config, ...layers]) {
      digests.add(digestOf(await read(`http://${host}/v2/${repository}/blobs/${digest}`, {})));
    }
    for (const { digest } of manifests) await add(`${host}/${repository}@${digest}`);
  };
  await add(name);
  return digests;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function read(url: string, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  const response = await fetch(url, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${body.toString()}`);
  return body;
}

function split(name: string): {
  readonly host: string;
  readonly repository: string;
  readonly reference: string;
} {
  const [, host = '', repository = '', reference = ''] = /^([^/]+)\/([^:@]+)[:@](.+)$/.exec(name) ?? [];
  return { host, repository, reference };
}
