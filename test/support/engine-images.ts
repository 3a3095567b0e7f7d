/** What an engine has and runs, asked without xbundle. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { docker } from '../engine/docker.ts';
import type { Engine } from '../engine/index.ts';

interface ListedManifest {
  readonly Available: boolean;
  readonly Kind: 'image' | 'attestation' | 'unknown';
  readonly ImageData?: {
    readonly Platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  };
}

interface ListedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Manifests?: readonly ListedManifest[] | null;
}

/** An image of a containerd store. */
export interface HeldImage {
  /** The digest of its index or manifest. */
  readonly root: string;
  /** Those that are there whole. */
  readonly platforms: readonly string[];
  /** Attestation manifests that are there. */
  readonly attestations: number;
}

/** The image under that name in a containerd store, or undefined. */
export async function heldImage(engine: Engine, name: string): Promise<HeldImage | undefined> {
  const filters = encodeURIComponent(JSON.stringify({ reference: [name] }));
  const listed = (await ask(engine, `/images/json?manifests=1&filters=${filters}`)) as readonly ListedImage[];
  const image = listed.find(({ RepoTags }) => RepoTags?.includes(name) === true);
  if (image === undefined) return undefined;
  const available = (image.Manifests ?? []).filter((manifest) => manifest.Available);
  const platforms = available.flatMap(({ ImageData }) =>
    ImageData === undefined ? [] : [`${ImageData.Platform.os}/${ImageData.Platform.architecture}`],
  );
  return {
    root: image.Id,
    platforms: platforms.toSorted(),
    attestations: available.filter(({ Kind }) => Kind === 'attestation').length,
  };
}

async function ask({ socket }: Engine, path: string): Promise<unknown> {
  const request = get({ socketPath: socket, path, host: 'docker' });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode ?? 0} ${body}`);
  return JSON.parse(body);
}

const LIST_TRIES = 5;

/** All names of an engine's images. Other tests remove theirs meanwhile, of which a list may fail: it is tried again. */
export async function imageNames(engine: Engine): Promise<readonly string[]> {
  for (let tried = 1; ; tried++) {
    const { exitCode, stdout } = await docker(
      engine,
      ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'],
      { allowFailure: tried < LIST_TRIES },
    );
    if (exitCode === 0) return stdout.split('\n').filter((name) => name !== '');
  }
}

/** What a container of the image prints. */
export async function runImage(engine: Engine, platform: string, args: readonly string[]): Promise<string> {
  const { stdout } = await docker(engine, [
    'run',
    '--rm',
    '--network',
    'none',
    '--platform',
    platform,
    ...args,
  ]);
  return stdout;
}

/** The image ID and platform under a name. */
export async function inspectedImage(
  engine: Engine,
  name: string,
): Promise<{ readonly id: string; readonly platform: string }> {
  const format = '{{.Id}} {{.Os}}/{{.Architecture}}';
  const { stdout } = await docker(engine, ['image', 'inspect', '--format', format, name]);
  const [id = '', platform = ''] = stdout.split(' ');
  return { id, platform };
}

/** Removes those of the names that are there. */
export async function removeImages(engine: Engine, names: readonly string[]): Promise<void> {
  await docker(engine, ['image', 'rm', '--force', ...names], { allowFailure: true });
}
