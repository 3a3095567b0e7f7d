import { createServer, request as httpRequest, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  createEngineClient,
  EngineTarget,
  familiarReference,
  openArchive,
  parseEndpoint,
  parseReference,
  saveImages,
  type EngineClient,
  type LayoutSource,
  type Reference,
  type TargetCell,
  type TargetImage,
} from '@xbundle/core';
import {
  createIndex,
  MemoryStore,
  randomImage,
  type TestContent,
  type TestImage,
} from '@xbundle/core/testing';
import { docker } from '../engine/docker.ts';
import type { Engine } from '../engine/index.ts';

/** A client of the engine at `host`; close it. */
export function clientOf(host: string): EngineClient {
  return createEngineClient(parseEndpoint(host, { chosenBy: 'the test' }));
}

/** A real engine as a target, with what one test file puts into it. */
export class EngineBench implements AsyncDisposable {
  readonly engine: Engine;
  readonly client: EngineClient;
  readonly target: EngineTarget;
  readonly #names: Reference[] = [];
  readonly #directory: Promise<string>;

  constructor(engine: Engine) {
    this.engine = engine;
    this.client = clientOf(engine.host);
    this.target = new EngineTarget(this.client);
    this.#directory = mkdtemp(join(tmpdir(), 'xbundle-engines-'));
  }

  /** A unique name, with RUN replaced, whose image is removed at the end. */
  named(text: string): Reference {
    const name = uniqueName(text);
    this.#names.push(name);
    return name;
  }

  async path(name: string): Promise<string> {
    return join(await this.#directory, name);
  }

  /** What the engine saves of these names, read from a file. */
  async saved(names: readonly Reference[]): Promise<LayoutSource> {
    const path = await this.path(`${Math.random().toString(36).slice(2)}.tar`);
    await writeFile(path, saveImages(this.client, names), { flag: 'wx' });
    return openArchive(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) {
      await docker(this.engine, ['image', 'rm', '--force', familiarReference(name)], { allowFailure: true });
    }
    await this.client.close();
    await rm(await this.#directory, { recursive: true, force: true });
  }
}

/** Images that no engine has seen: what one test loaded must not complete another's. */
export interface FreshContent {
  readonly amd64: TestImage;
  readonly arm64: TestImage;
  readonly index: TestContent;
  readonly store: MemoryStore;
}

export async function freshContent(): Promise<FreshContent> {
  const seed = `${Date.now()} ${Math.random()}`;
  const amd64 = await randomImage(seed, 'amd64', { layerBytes: 40_000 });
  const arm64 = await randomImage(seed, 'arm64', { layerBytes: 40_000 });
  const index = createIndex([amd64, arm64], { attestations: true });
  return { amd64, arm64, index, store: new MemoryStore().add(index) };
}

/** A name that no other run of the suite uses, so that it can be repeated on engines that stay up. */
export function uniqueName(name: string): Reference {
  const run = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  return parseReference(name.replace('RUN', run));
}

/** An index under a name, with its cells. */
export function indexImage(name: Reference, index: TestContent, images: readonly TestImage[]): TargetImage {
  return { name, root: index.manifest, cells: images.map(cellOf) };
}

/** One platform under a name. */
export function cellImage(name: Reference, image: TestImage): TargetImage {
  return { name, root: image.manifest, cells: [cellOf(image)] };
}

function cellOf({ platform, manifest, config }: TestImage): TargetCell {
  return { platform, manifest, config };
}

export interface OlderEngine extends AsyncDisposable {
  readonly host: string;
}

/** The real engine as one of an older API: its `GET /version` says so, and requests go on in that version. */
export async function asOlderEngine(socket: string, ApiVersion: string): Promise<OlderEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'xbundle-older-'));
  const path = join(directory, 'docker.sock');
  const server: Server = createServer((incoming, response) => {
    if (incoming.url === '/version') {
      response.end(JSON.stringify({ ApiVersion, MinAPIVersion: '1.24' }));
      return;
    }
    const { method, headers, url } = incoming;
    const outgoing = httpRequest({ socketPath: socket, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Gives the engine a tar as `docker load` does, asking nothing before and checking nothing after. */
export async function rawLoad(socket: string, tar: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: socket, method: 'POST', path: '/images/load?quiet=1' };
    const headers = { 'content-type': 'application/x-tar', 'content-length': tar.byteLength };
    httpRequest({ ...options, headers }, (response) => {
      buffer(response).then((bytes) => {
        resolve(bytes.toString('utf8'));
      }, reject);
    })
      .on('error', reject)
      .end(tar);
  });
}

/** A zstd frame of raw blocks (RFC 8878): valid for every reader, and no library is needed to write it. */
export function zstdOf(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32LE(0xfd2fb528, 0);
  // A single segment with an 8-byte content size.
  header.writeUInt8(0xe0, 4);
  header.writeBigUInt64LE(BigInt(bytes.byteLength), 5);
  const parts: Uint8Array[] = [header];
  const size = 65_536;
  for (let at = 0; at < bytes.byteLength; at += size) {
    const block = bytes.subarray(at, at + size);
    const last = at + size >= bytes.byteLength ? 1 : 0;
    const head = Buffer.alloc(3);
    head.writeUIntLE(block.byteLength * 8 + last, 0, 3);
    parts.push(head, block);
  }
  return Buffer.concat(parts);
}
