import { z } from 'zod';
import { collect, type CallOptions } from '../content/index.ts';
import { isXbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { digestSchema, parseWith, type Digest } from '../model/index.ts';
import { isAtLeast } from './api-version.ts';
import type { EngineClient } from './engine-client.ts';
import { manifestSchema, sortManifests, unset, type EngineImage } from './images.ts';

/** What an engine has, whatever it is called. */
export interface ListedImage {
  /** An index, a manifest, or in a classic store a config. */
  readonly id: Digest;
  /** Familiar names: `app:v1`. Empty for one that has lost its name. */
  readonly names: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  /** Bytes on the engine's disk, as it counts them. */
  readonly size: number;
  /** Undefined where the engine does not tell platforms apart in a list: a classic store, or one before Docker 27. */
  readonly content?: Pick<EngineImage, 'cells' | 'attestations'>;
}

const listSchema = z.array(
  z.looseObject({
    Id: digestSchema,
    RepoTags: unset(z.array(z.string())),
    Created: z.number(),
    Size: z.number(),
    Manifests: unset(z.array(manifestSchema)),
  }),
);

/** A containerd store that lists images while one is removed fails of what it does not find any more. */
const LIST_TRIES = 3;

/** Lists an engine's images. Errors: those of the client, and LIMIT_EXCEEDED beyond some ten thousand images. */
export async function listEngineImages(
  client: EngineClient,
  options: CallOptions = {},
): Promise<readonly ListedImage[]> {
  for (let tried = 1; ; tried++) {
    try {
      return await listOnce(client, options);
    } catch (error) {
      if (tried === LIST_TRIES || !isXbundleError(error, 'INCOMPLETE', 'NOT_FOUND')) throw error;
    }
  }
}

async function listOnce(client: EngineClient, options: CallOptions): Promise<readonly ListedImage[]> {
  const tellsPlatforms = isAtLeast(await client.apiVersion(options), '1.47');
  const request = {
    operation: "listing the engine's images",
    path: '/images/json',
    ...(tellsPlatforms && { query: { manifests: '1' } }),
  };
  const bytes = await collect(
    client.download(request, options),
    LIMITS.engineListBytes,
    'the list of images',
  );
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const list = parseWith(listSchema, value, { what: 'the list of images', code: 'REMOTE_INVALID' });
  return list.map(({ Id, RepoTags, Created, Size, Manifests }) => ({
    id: Id,
    names: (RepoTags ?? []).filter((name) => name !== '<none>:<none>'),
    created: Created,
    size: Size,
    ...(Manifests !== undefined && { content: sortManifests(Manifests) }),
  }));
}
