import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, type BlobSource, type Bytes, type TargetImage } from '../content/index.ts';
import { parseReference, type ProgressEvent } from '../model/index.ts';
import { MemoryStore, randomIndex, type TestContent } from '../testing/index.ts';
import { startScriptedEngine } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient } from './engine-client.ts';
import { EngineTarget } from './engine-target.ts';

let index: TestContent;
let image: TargetImage;
beforeAll(async () => {
  index = await randomIndex('target', ['amd64', 'arm64'], { layerBytes: 100_000 });
  image = { name: parseReference('app:v1'), root: index.manifest, cells: [] };
});

const info = {
  ServerVersion: '28.5.2',
  OSType: 'linux',
  Architecture: 'aarch64',
  DockerRootDir: '/var/lib/docker',
  DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
};

type Load = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** An engine with a containerd store that has no images and does what it is told with a load. */
async function withTarget(load: Load, use: (target: EngineTarget) => Promise<void>): Promise<void> {
  await using engine = await startScriptedEngine(async (request, response, url) => {
    if (url.pathname === '/info') response.end(JSON.stringify(info));
    else if (url.pathname === '/images/load') await load(request, response);
    else response.writeHead(404).end('{"message":"No such image"}');
  });
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    await use(new EngineTarget(client));
  } finally {
    await client.close();
  }
}

const answering =
  (...messages: readonly unknown[]): Load =>
  async (request, response) => {
    await collect(request as Bytes, 10_000_000, 'body');
    response.end(messages.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
  };

describe('an engine target', () => {
  it('says what the engine is', async () => {
    await withTarget(answering(), async (target) => {
      expect(await target.facts()).toMatchObject({
        kind: 'docker',
        holdsIndexes: true,
        platform: { os: 'linux', architecture: 'arm64' },
      });
    });
  });

  it.each([
    ['app:v1', 'v1'],
    [`app:v1@sha256:${'a'.repeat(64)}`, 'v1'],
    [`app@sha256:${'a'.repeat(64)}`, `sha256-${'a'.repeat(64)}`],
  ])('puts %s under the tag %s', async (name, tag) => {
    await withTarget(answering(), async (target) => {
      expect(target.locate(parseReference(name))).toEqual({
        registry: 'docker.io',
        repository: 'library/app',
        tag,
      });
      await Promise.resolve();
    });
  });

  it('tells how far the load is and what the engine says', async () => {
    const events: ProgressEvent[] = [];
    await withTarget(answering({ stream: 'Loaded image: app:v1\n' }), async (target) => {
      await target.store([image], new MemoryStore().add(index), {
        onProgress: (event) => events.push(event),
      });
    });
    const [phase, ...rest] = events;
    expect(phase).toMatchObject({ type: 'phase', phase: 'load', blobs: 9 });
    const total = phase?.type === 'phase' ? phase.bytes : 0;
    const moved = rest.map((event) => (event.type === 'bytes' ? event.bytes : 0));
    expect(moved.reduce((sum, bytes) => sum + bytes, 0)).toBe(total);
    expect(rest.at(-1)).toEqual({ type: 'note', level: 'info', message: 'Loaded image: app:v1' });
  });

  it.each([
    ['an error', { errorDetail: { message: 'invalid tar header' }, error: 'invalid tar header' }, 'REFUSED'],
    ['a full disk', { error: 'write /x: no space left on device' }, 'DISK_FULL'],
    ['layers that do not unpack', { stream: 'Error unpacking image app:v1: bad\n' }, 'REFUSED'],
  ])('takes %s in an answer of status 200 for a failure', async (_title, message, code) => {
    await withTarget(answering({ stream: 'Loaded image: app:v1\n' }, message), async (target) => {
      const stored = target.store([image], new MemoryStore().add(index));
      await expect(stored).rejects.toMatchObject({ code });
    });
  });

  it("fails with the source's error, and sends no whole archive", async () => {
    const from = new MemoryStore().add(index);
    const layer = [...index.blobs.values()].find(({ bytes }) => bytes.byteLength > 50_000);
    if (layer === undefined) throw new Error('a random image has layers');
    from.corrupt(layer.descriptor, Buffer.alloc(layer.descriptor.size));
    const whole: boolean[] = [];
    const load: Load = (request) => {
      request.on('error', () => undefined).on('close', () => whole.push(request.complete));
      request.resume();
    };
    await withTarget(load, async (target) => {
      await expect(target.store([image], from)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      await expect.poll(() => whole).toEqual([false]);
    });
  });

  it.each<[string, Load, 'stall' | 'flow']>([
    ['an engine that does not read', (): void => undefined, 'flow'],
    ['an engine that does not answer', (request): void => void request.resume(), 'flow'],
    ['a source that has stalled', (request): void => void request.resume(), 'stall'],
  ])('settles at once when aborted beside %s', async (_title, load, source) => {
    const memory = new MemoryStore().add(index);
    const controller = new AbortController();
    const stalling: BlobSource = {
      readFrom: memory.readFrom.bind(memory),
      lacks: memory.lacks.bind(memory),
      read: (blob, options) => (blob.size > 50_000 ? stalled(options?.signal) : memory.read(blob, options)),
    };
    await withTarget(load, async (target) => {
      const from = source === 'stall' ? stalling : memory;
      const outcome = target
        .store([image], from, { signal: controller.signal })
        .catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const start = performance.now();
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'INTERRUPTED' });
      expect(performance.now() - start).toBeLessThan(500);
    });
  });
});

/** Comes to life only when its own signal fires, as a leaf does. */
async function* stalled(signal: AbortSignal | undefined): Bytes {
  yield Buffer.alloc(10);
  await new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });
}
