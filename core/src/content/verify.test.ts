import { describe as suite, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Descriptor } from '../model/index.ts';
import type { Bytes } from './types.ts';
import { BlobCheck, describe, digestOf, hasherFor, refuseOtherDigest, verified } from './verify.ts';

async function* inChunks(...chunks: readonly Uint8Array[]): Bytes {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function drain(content: Bytes, seen: Uint8Array[] = []): Promise<Buffer> {
  for await (const chunk of content) seen.push(chunk);
  return Buffer.concat(seen);
}

const bytes = Buffer.from('the content of a blob');
const blob = describe('text/plain', bytes);

it('describes bytes', () => {
  expect(blob).toEqual({
    mediaType: 'text/plain',
    digest: 'sha256:3050dfab150d230d72db0866c67c2bb23958b48333d21608524d1a9f4698b5b0',
    size: 21,
  });
});

it.each(['sha256', 'sha512'] as const)('takes %s digests', (algorithm) => {
  const digest = digestOf(bytes, algorithm);
  expect(digest.startsWith(`${algorithm}:`)).toBe(true);
  expect(`${algorithm}:${hasherFor(digest).update(bytes).digest('hex')}`).toBe(digest);
});

suite('verified', () => {
  it('passes on the right bytes, however they are cut, by either algorithm', async () => {
    const cuts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        cuts,
        fc.constantFrom('sha256' as const, 'sha512' as const),
        async (chunks, algorithm) => {
          const whole = Buffer.concat(chunks);
          const descriptor = { mediaType: 'x', digest: digestOf(whole, algorithm), size: whole.length };
          expect(await drain(verified(descriptor, inChunks(...chunks)))).toEqual(whole);
        },
      ),
    );
  });

  const flipped = Buffer.from(bytes);
  flipped[3] = 0;
  it.each<[string, readonly Uint8Array[], string]>([
    ['other bytes', [flipped], 'DIGEST_MISMATCH'],
    ['other bytes and an empty chunk', [flipped, Buffer.alloc(0)], 'DIGEST_MISMATCH'],
    ['other bytes in two chunks', [flipped.subarray(0, 10), flipped.subarray(10)], 'DIGEST_MISMATCH'],
    ['too few bytes', [bytes.subarray(1)], 'SIZE_MISMATCH'],
    ['no bytes', [], 'SIZE_MISMATCH'],
    ['a byte too many', [bytes, Buffer.of(0)], 'SIZE_MISMATCH'],
    ['a byte too many in one chunk', [Buffer.concat([bytes, Buffer.of(0)])], 'SIZE_MISMATCH'],
  ])('refuses %s, and never hands on all that came', async (_, chunks, code) => {
    const seen: Uint8Array[] = [];
    await expect(drain(verified(blob, inChunks(...chunks)), seen)).rejects.toMatchObject({ code });
    const handedOn = Buffer.concat(seen).length;
    expect(handedOn).toBeLessThan(Math.max(1, Math.min(bytes.length, Buffer.concat(chunks).length)));
  });

  it('takes an empty blob, and nothing else for one', async () => {
    const empty = describe('x', Buffer.alloc(0));
    expect(await drain(verified(empty, inChunks()))).toHaveLength(0);
    expect(await drain(verified(empty, inChunks(Buffer.alloc(0))))).toHaveLength(0);
    await expect(drain(verified(empty, inChunks(Buffer.of(0))))).rejects.toMatchObject({
      code: 'SIZE_MISMATCH',
    });
  });

  it('stops reading a body without end one byte after the size', async () => {
    let given = 0;
    async function* endless(): Bytes {
      for (;;) {
        given += 10;
        yield await Promise.resolve(Buffer.alloc(10));
      }
    }
    await expect(drain(verified(blob, endless()))).rejects.toMatchObject({ code: 'SIZE_MISMATCH' });
    expect(given).toBe(30);
  });

  it('opens nothing before it is iterated, and closes its content when iteration stops', async () => {
    const events: string[] = [];
    async function* watched(): Bytes {
      events.push('open');
      try {
        yield* inChunks(bytes.subarray(0, 5), bytes.subarray(5));
      } finally {
        events.push('close');
      }
    }
    const content = verified(blob, watched());
    expect(events).toEqual([]);
    for await (const chunk of content) {
      expect(chunk).toHaveLength(5);
      break;
    }
    expect(events).toEqual(['open', 'close']);
  });

  it('fails as its content fails', async () => {
    async function* failing(): Bytes {
      yield* inChunks(bytes.subarray(0, 5));
      throw new Error('the peer has gone');
    }
    await expect(drain(verified(blob, failing()))).rejects.toThrow('the peer has gone');
  });
});

suite('BlobCheck', () => {
  it('counts, and is content with exactly the blob', () => {
    const check = new BlobCheck(blob);
    check.update(bytes.subarray(0, 4));
    expect(check.size).toBe(4);
    check.update(bytes.subarray(4));
    check.finish();
    expect(check.size).toBe(blob.size);
  });

  it('refuses more bytes than the descriptor says at once', () => {
    const check = new BlobCheck(blob);
    expect(() => {
      check.update(Buffer.alloc(22));
    }).toThrow(expect.objectContaining({ code: 'SIZE_MISMATCH' }));
  });

  it.each<[Descriptor, string]>([
    [{ ...blob, size: 22 }, 'SIZE_MISMATCH'],
    [{ ...blob, digest: digestOf('other') }, 'DIGEST_MISMATCH'],
    [{ ...blob, digest: digestOf('other', 'sha512') }, 'DIGEST_MISMATCH'],
  ])('finds at the end that the blob is not %o', (other, code) => {
    const check = new BlobCheck(other);
    check.update(bytes);
    expect(() => {
      check.finish();
    }).toThrow(expect.objectContaining({ code }));
  });
});

it('names both digests when they differ', () => {
  refuseOtherDigest(blob, blob.digest);
  const other = digestOf('other');
  expect(() => {
    refuseOtherDigest(blob, other);
  }).toThrow(new RegExp(`${blob.digest}.*${other}`));
});
