import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { collect } from '../content/index.ts';
import { parsePlatform, parseReference } from '../model/index.ts';
import { startScriptedEngine } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient } from './engine-client.ts';
import { saveImages, savedName } from './save.ts';

const names = ['app:v1', `far:5000/a/b@sha256:${'a'.repeat(64)}`].map(parseReference);

async function save(
  answer: (response: ServerResponse) => void,
  options: { api?: string; platform?: string } = {},
): Promise<{ bytes: Uint8Array; asked: readonly string[] }> {
  await using engine = await startScriptedEngine(
    (_request, response) => {
      answer(response);
    },
    { ApiVersion: options.api ?? '1.51' },
  );
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  try {
    const bytes = await collect(saveImages(client, names, { platform }), 1_000_000, 'save');
    return { bytes, asked: engine.asked };
  } finally {
    await client.close();
  }
}

describe('saveImages', () => {
  const tar = Buffer.concat([Buffer.alloc(20_000, 7), Buffer.alloc(1_024)]);

  it('asks for all names at once and gives the stream as it is', async () => {
    const { bytes, asked } = await save((response) => response.end(tar));
    expect(Buffer.from(bytes).equals(tar)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(new URL(asked[0]?.slice('GET '.length) ?? '', 'http://e').searchParams.getAll('names')).toEqual([
      'docker.io/library/app:v1',
      `far:5000/a/b@sha256:${'a'.repeat(64)}`,
    ]);
  });

  it('asks for one platform of an engine that can', async () => {
    const { asked } = await save((response) => response.end(tar), { platform: 'arm/v6' });
    expect(new URL(asked[0]?.slice('GET '.length) ?? '', 'http://e').searchParams.get('platform')).toBe(
      '{"os":"linux","architecture":"arm","variant":"v6"}',
    );
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    [
      'an unknown name',
      'NOT_FOUND',
      (response) => response.writeHead(404).end('{"message":"No such image"}'),
    ],
    ['a stream without its end', 'ARCHIVE_INVALID', (response) => response.end(Buffer.alloc(2_000, 7))],
    ['an empty stream', 'ARCHIVE_INVALID', (response) => response.end()],
    [
      'an error after the first bytes',
      'DISK_FULL',
      (response) => {
        response.write(tar.subarray(0, 10_240));
        response.end('{"errorDetail":{"message":"write x: no space left on device"},"error":"write x"}\r\n');
      },
    ],
    [
      'a connection that breaks',
      'UNREACHABLE',
      (response) => {
        response.write(tar.subarray(0, 10_240));
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('fails on %s', async (_title, code, answer) => {
    await expect(save(answer)).rejects.toMatchObject({ code });
  });

  it('does not ask an engine for a platform that would ignore it', async () => {
    const old = save((response) => response.end(tar), { api: '1.47', platform: 'arm64' });
    await expect(old).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('saves by tag what has both tag and digest', () => {
    expect(savedName(parseReference(`app:v1@sha256:${'a'.repeat(64)}`))).toBe('docker.io/library/app:v1');
  });
});
