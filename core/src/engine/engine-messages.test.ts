import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../content/index.ts';
import { engineErrorIn, engineMessages, type EngineMessage } from './engine-messages.ts';

async function* inPieces(text: string, size: number): Bytes {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(text: string, size = 1_000): Promise<EngineMessage[]> {
  const messages: EngineMessage[] = [];
  for await (const message of engineMessages(inPieces(text, size))) messages.push(message);
  return messages;
}

describe('engineMessages', () => {
  it.each<[string, string, EngineMessage[]]>([
    ['nothing', '', []],
    ['a line of text', '{"stream":"Loaded image: a:v1\\n"}\r\n', [{ text: 'Loaded image: a:v1' }]],
    ['a last line without its end', '{"stream":"a"}\n{"stream":"b"}', [{ text: 'a' }, { text: 'b' }]],
    [
      'progress',
      '{"status":"Loading layer","progressDetail":{"current":1},"id":"x"}\n',
      [{ text: 'Loading layer' }],
    ],
    ['an error', '{"errorDetail":{"code":1,"message":"bad"},"error":"worse"}\n', [{ error: 'bad' }]],
    ['an error of the old form', '{"error":"bad"}\n', [{ error: 'bad' }]],
    ['an object of other members', '{"aux":{}}\n\n', [{}]],
  ])('reads %s', async (_title, text, messages) => {
    expect(await read(text)).toEqual(messages);
  });

  it('reads the same from pieces of any size', async () => {
    const messages = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
    );
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 40 }), async (texts, size) => {
        const lines = texts.map((stream) => `${JSON.stringify({ stream })}\r\n`).join('');
        expect(await read(lines, size)).toEqual(texts.map((text) => ({ text: text.trim() })));
      }),
    );
  });

  it.each([
    ['no JSON', 'oops\n', 'REMOTE_INVALID'],
    ['no object', '7\n', 'REMOTE_INVALID'],
    ['a number as text', '{"stream":7}\n', 'REMOTE_INVALID'],
    ['a line without an end', 'x'.repeat(300_000), 'LIMIT_EXCEEDED'],
  ])('refuses %s', async (_title, text, code) => {
    await expect(read(text, 65_536)).rejects.toMatchObject({ code });
  });
});

describe('engineErrorIn', () => {
  it.each([
    ['tar\0\0\0{"errorDetail":{"message":"broken"},"error":"broken"}\r\n', 'broken'],
    ['{"errorDetail"', undefined],
    ['\0\0\0', undefined],
  ])('finds in %j the error %j', (text, error) => {
    expect(engineErrorIn(text)).toBe(error);
  });
});
