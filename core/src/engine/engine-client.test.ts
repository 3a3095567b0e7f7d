import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect, type Bytes } from '../content/index.ts';
import { startScriptedEngine, type EngineScript } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';

const anything = z.unknown();
const ask = { operation: 'asking', path: '/info' };

async function withEngine(
  script: EngineScript,
  use: (client: EngineClient) => Promise<void>,
  version?: unknown,
): Promise<void> {
  await using engine = await startScriptedEngine(script, version);
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

/** A body that never ends and never comes, as from a stalled disk; closing it is noted. */
async function* stalled(first: Uint8Array): Bytes {
  yield first;
  await new Promise(() => undefined);
}

describe('an engine client', () => {
  it.each([
    ['1.51', '1.24', '1.51'],
    ['1.52', '1.44', '1.51'],
    ['1.41', '1.12', '1.41'],
    ['1.24', undefined, '1.24'],
  ])('speaks with an engine of API %s (from %s) in %s', async (ApiVersion, MinAPIVersion, spoken) => {
    await using engine = await startScriptedEngine((_request, response) => void response.end('{}'), {
      ApiVersion,
      MinAPIVersion,
    });
    const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
    await client.ask(ask, anything);
    await client.ask(ask, anything);
    expect([...engine.versions]).toEqual([spoken]);
    await client.close();
  });

  it.each([
    [{ ApiVersion: '1.23' }, 'UNSUPPORTED'],
    [{ ApiVersion: '1.60', MinAPIVersion: '1.52' }, 'UNSUPPORTED'],
    [{ ApiVersion: 'x' }, 'REMOTE_INVALID'],
    ['<html>', 'REMOTE_INVALID'],
  ])('refuses to speak with %o', async (version, code) => {
    await withEngine(
      () => undefined,
      async (client) => {
        await expect(client.ask(ask, anything)).rejects.toMatchObject({ code });
      },
      version,
    );
  });

  it.each([
    [400, 'bad parameter', 'REFUSED'],
    [401, 'who are you', 'UNAUTHORIZED'],
    [403, 'no', 'UNAUTHORIZED'],
    [404, 'no such image', 'NOT_FOUND'],
    [500, 'write /var/lib/docker/x: no space left on device', 'DISK_FULL'],
    [500, 'enhanced container isolation: docker socket command is blocked', 'REFUSED'],
    [404, 'unable to create manifests file: NotFound: content digest sha256:00: not found', 'INCOMPLETE'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'UNREACHABLE'],
    [503, '', 'REFUSED'],
  ] as const)('turns status %i with %j into %s', async (status, message, code) => {
    await withEngine(
      (_request, response) => {
        response.statusCode = status;
        response.end(JSON.stringify({ message }));
      },
      async (client) => {
        await expect(client.ask(ask, anything)).rejects.toMatchObject({ code });
      },
    );
  });

  it('passes on an engine message in one line, bounded and without credentials', async () => {
    await withEngine(
      (_request, response) => {
        response.statusCode = 500;
        const message = `pull\nfrom\u001b[31m https://user:hunter2@host/p?token=hunter2 ${'x'.repeat(5000)}`;
        response.end(JSON.stringify({ message }));
      },
      async (client) => {
        const error: unknown = await client.ask(ask, anything).catch((reason: unknown) => reason);
        const text = error instanceof Error ? error.message : '';
        expect(text).toMatch(/pull from/);
        expect(text).not.toMatch(/hunter2|\p{C}/u);
        expect(text.length).toBeLessThan(900);
      },
    );
  });

  it.each([
    ['no JSON', 'REMOTE_INVALID', '<html>'],
    ['another shape', 'REMOTE_INVALID', '{"Id":7}'],
    ['more than a document', 'LIMIT_EXCEEDED', `{"Id":"${'x'.repeat(5_000_000)}"}`],
  ])('refuses an answer that is %s', async (_title, code, answer) => {
    await withEngine(
      (_request, response) => void response.end(answer),
      async (client) => {
        await expect(client.ask(ask, z.object({ Id: z.string() }))).rejects.toMatchObject({ code });
      },
    );
  });

  it('finds nothing where the engine says 404', async () => {
    await withEngine(
      (_request, response) => void response.writeHead(404).end('{"message":"No such image"}'),
      async (client) => {
        expect(await client.find(ask, anything)).toBeUndefined();
      },
    );
  });

  it('reports an answer that breaks off', async () => {
    await withEngine(
      (_request, response) => {
        response.write('some');
        setTimeout(() => response.destroy(), 20);
      },
      async (client) => {
        await expect(collect(client.download(ask), 100, 'answer')).rejects.toMatchObject({
          code: 'UNREACHABLE',
        });
      },
    );
  });

  it('uploads a body of known length and reads the answer', async () => {
    const chunks = [Buffer.alloc(1_048_576, 1), Buffer.alloc(17, 2)];
    async function* content(): Bytes {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }
    await withEngine(
      async (request, response) => {
        const got = await collect(request as Bytes, 2_000_000, 'body');
        response.end(`${request.headers['content-length'] ?? ''} ${got.byteLength}`);
      },
      async (client) => {
        const body = { content: content(), size: 1_048_593, mediaType: 'application/x-tar' };
        const answer = await collect(client.upload({ ...ask, body }), 100, 'answer');
        expect(Buffer.from(answer).toString()).toBe('1048593 1048593');
      },
    );
  });

  it("gives the engine's refusal though the body was not sent to its end", async () => {
    async function* content(): Bytes {
      for (let at = 0; at < 64; at++) yield await Promise.resolve(Buffer.alloc(1_048_576));
    }
    await withEngine(
      (_request, response) => void response.writeHead(403).end('{"message":"not here"}'),
      async (client) => {
        const body = { content: content(), size: 64 * 1_048_576, mediaType: 'application/x-tar' };
        await expect(collect(client.upload({ ...ask, body }), 100, 'answer')).rejects.toMatchObject({
          code: 'UNAUTHORIZED',
        });
      },
    );
  });

  it('fails with the error of a body that fails, and the engine sees no whole body', async () => {
    const failure = new Error('bad blob');
    async function* content(): Bytes {
      yield await Promise.resolve(Buffer.alloc(10));
      throw failure;
    }
    const outcomes: boolean[] = [];
    await withEngine(
      (request) => {
        request.on('close', () => outcomes.push(request.complete)).resume();
      },
      async (client) => {
        const body = { content: content(), size: 20, mediaType: 'application/x-tar' };
        const error: unknown = await collect(client.upload({ ...ask, body }), 100, 'answer').catch(
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ cause: failure });
        await expect.poll(() => outcomes).toEqual([false]);
      },
    );
  });
});

describe('an aborted call', () => {
  const drain = (content: Bytes): Promise<Uint8Array> => collect(content, 1_000_000, 'answer');
  const upload = { content: stalled(Buffer.alloc(10)), size: 1_000, mediaType: 'application/x-tar' };

  it.each<[string, EngineScript, (client: EngineClient, signal: AbortSignal) => Promise<unknown>]>([
    [
      'to an engine that does not answer',
      () => undefined,
      (client, signal) => client.ask(ask, anything, { signal }),
    ],
    [
      'whose answer has stalled',
      (_request, response) => void response.write('x'),
      (client, signal) => drain(client.download(ask, { signal })),
    ],
    [
      'whose body has stalled',
      (request) => void request.resume(),
      (client, signal) => drain(client.upload({ ...ask, body: upload }, { signal })),
    ],
  ])('%s settles at once', async (_title, script, call) => {
    await withEngine(script, async (client) => {
      await client.apiVersion();
      const controller = new AbortController();
      const outcome = call(client, controller.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const start = performance.now();
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'INTERRUPTED' });
      expect(performance.now() - start).toBeLessThan(500);
    });
  });
});
