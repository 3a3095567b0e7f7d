import { createServer, request as httpRequest, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  createEngineClient,
  parseEndpoint,
  parseReference,
  type EngineClient,
  type Reference,
  type TargetCell,
  type TargetImage,
} from '@xbundle/core';
import { type TestContent, type TestImage } from '@xbundle/core/testing';

/** A client of the engine at `host`; close it. */
export function clientOf(host: string): EngineClient {
  return createEngineClient(parseEndpoint(host, { chosenBy: 'the test' }));
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
