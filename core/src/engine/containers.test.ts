import { expect, it } from 'vitest';
import { startScriptedEngine, type EngineScript } from '../testing/engine/scripted-engine.ts';
import { containerOutput, removeContainers, runContainer } from './containers.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';

async function withEngine<T>(script: EngineScript, use: (client: EngineClient) => Promise<T>): Promise<T> {
  await using engine = await startScriptedEngine(script);
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

function frame(stream: number, text: string): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

it.each([
  ['of both streams, in their order', [frame(1, 'one\n'), frame(2, 'two\n')], 'one\ntwo'],
  ['of none', [], ''],
  ['of a piece that is cut', [frame(1, 'one\n'), frame(1, 'two').subarray(0, 9)], 'one\nt'],
  ['of a head that is cut', [frame(1, 'one\n'), Buffer.from([1, 0, 0])], 'one'],
])('what a container wrote is the text %s', async (_title, frames, text) => {
  const said = await withEngine(
    (_request, response) => void response.end(Buffer.concat(frames)),
    (client) => containerOutput(client, 'abc'),
  );
  expect(said).toBe(text);
});

it('output without end is cut', async () => {
  const said = await withEngine(
    (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(frame(1, 'x'.repeat(10_000))));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
    (client) => containerOutput(client, 'abc'),
  );
  expect(said.length).toBeGreaterThan(50_000);
  expect(said.length).toBeLessThan(200_000);
});

it('a container that has gone meanwhile is removed', async () => {
  await withEngine(
    (request, response) => {
      if (request.method === 'GET') response.end('[{"Id":"gone"}]');
      else response.writeHead(404).end('{"message":"No such container"}');
    },
    (client) => removeContainers(client, 'a=b'),
  );
});

it('a container whose start is refused is a failure with the words of the engine', async () => {
  const request = { image: 'app', environment: {}, labels: {}, hostname: 'app', port: 1 };
  const run = withEngine(
    (_request, response, url) => {
      if (url.pathname.endsWith('/create')) response.writeHead(201).end('{"Id":"abc"}');
      else response.writeHead(400).end('{"message":"exec: \\"/none\\": no such file"}');
    },
    (client) => runContainer(client, request),
  );
  await expect(run).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringContaining('/none') as string,
  });
});
