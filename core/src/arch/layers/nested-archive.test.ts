import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { libraryFor } from '../../testing/images/arch-binaries.ts';
import { createImage, layerOf, MemoryStore, type LayerFile } from '../../testing/index.ts';
import { zipOf } from '../../testing/images/zip.ts';
import { parsePlatform } from '../../model/index.ts';
import { LIMITS } from '../../limits.ts';
import { ArchChecker } from '../arch-checker.ts';
import type { ArchVerdict } from '../finding.ts';
import { NestedArchive, type NestedLibraries } from './nested-archive.ts';

function read(bytes: Uint8Array, step = 1_000): NestedLibraries | undefined {
  const archive = new NestedArchive();
  for (let at = 0; at < bytes.byteLength; at += step) archive.update(bytes.subarray(at, at + step));
  return archive.finish();
}

const JAR = zipOf([
  { name: 'META-INF/MANIFEST.MF', content: Buffer.from('Manifest-Version: 1.0\n') },
  { name: 'native/linux-x86_64/libx.so', content: libraryFor('amd64') },
  { name: 'native/linux-aarch64/libx.so', content: libraryFor('arm64'), stored: true },
  { name: 'a/Of.class', content: Buffer.from([0xca, 0xfe, 0xba, 0xbe]) },
]);

describe('an archive within a layer', () => {
  it('is read for its native libraries, deflated or stored', () => {
    expect(read(JAR)).toMatchObject([
      { path: 'native/linux-x86_64/libx.so', binary: { format: 'elf', machine: 62 } },
      { path: 'native/linux-aarch64/libx.so', binary: { format: 'elf', machine: 183 } },
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no zip', Buffer.from('hello')],
    ['its first half', JAR.subarray(0, JAR.byteLength / 2)],
  ])('says nothing where it is %s', (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });

  it('is not held in memory beyond a limit', () => {
    const block = Buffer.alloc(1_048_576);
    const archive = new NestedArchive();
    for (let bytes = 0; bytes <= LIMITS.nestedArchiveBytes; bytes += block.byteLength) archive.update(block);
    expect(archive.finish()).toBe('too-large');
  });

  it('is not read to its end where it would grow without one', () => {
    const zeros = Buffer.alloc(LIMITS.nestedArchiveBytes / 2 + 1);
    const inner = [1, 2].map((at) => ({ name: `lib/${at}.jar`, content: zeros }));
    expect(read(zipOf(inner))).toBe('too-large');
    expect(read(zipOf(inner.slice(1)))).toEqual([]);
  });

  it('never fails, whatever is changed in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(JAR.byteLength - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(JAR.byteLength),
        (changes, cut) => {
          const bytes = Buffer.from(JAR);
          for (const [at, value] of changes) bytes[at] = value;
          expect(() => read(bytes.subarray(cut % 3 === 0 ? cut : 0))).not.toThrow();
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the check of an image with a jar', () => {
  async function check(
    jar: Buffer,
    archives?: boolean,
    others: readonly LayerFile[] = [],
  ): Promise<ArchVerdict | undefined> {
    const layer = await layerOf([{ name: 'app/lib/x.jar', content: jar }, ...others]);
    const image = createImage({ platform: 'linux/arm64', layers: [layer], cmd: ['/bin/app'] });
    const store = new MemoryStore().add(image, 'docker.io/team/app:v1');
    const cell = {
      platform: parsePlatform('linux/arm64'),
      manifest: image.manifest,
      layers: image.layers,
      config: image.blobs.get(image.config.digest)?.bytes ?? new Uint8Array(),
      content: store,
    };
    return (await new ArchChecker({ depth: 'full', archives }).check([cell])).get(cell);
  }

  const NATIVE = { name: 'native/libx.so', content: libraryFor('arm64') };
  const FOREIGN = zipOf([{ name: 'native/libx.so', content: libraryFor('amd64') }]);

  it('finds one that has native libraries for another machine only', async () => {
    expect(await check(FOREIGN, true)).toMatchObject({
      state: 'suspect',
      findings: [
        { code: 'no-variant', tier: 3, severity: 'warning', path: '/app/lib/x.jar', found: 'amd64' },
      ],
    });
  });

  it('takes one that has them for several', async () => {
    expect(await check(JAR, true)).toMatchObject({ findings: [] });
  });

  it.each([false, true])('finds one within another, stored: %s', async (stored) => {
    const fat = zipOf([{ name: 'BOOT-INF/lib/y.jar', content: FOREIGN, stored }]);
    expect(await check(fat, true)).toMatchObject({
      findings: [
        {
          code: 'no-variant',
          path: '/app/lib/x.jar',
          message: expect.stringContaining('BOOT-INF/lib/y.jar') as string,
        },
      ],
    });
  });

  it('judges each of those within another by itself', async () => {
    const fat = zipOf([
      { name: 'BOOT-INF/lib/good.jar', content: JAR },
      { name: 'BOOT-INF/lib/bad.jar', content: FOREIGN },
    ]);
    const verdict = await check(fat, true);
    expect(verdict?.findings.map(({ message }) => /[a-z]+\.jar/.exec(message)?.[0])).toEqual(['bad.jar']);
  });

  it.each([
    [
      'beside it',
      'app/lib/netty-epoll-linux-x86_64.jar',
      [{ name: 'app/lib/netty-epoll-linux-aarch_64.jar', content: zipOf([NATIVE]) }],
      0,
    ],
    ['nowhere', 'app/lib/netty-epoll-linux-x86_64.jar', [], 1],
  ])('counts an archive for this platform %s', async (...[, name, others, findings]) => {
    const verdict = await check(Buffer.alloc(0), true, [{ name, content: FOREIGN }, ...others]);
    expect(verdict?.findings).toHaveLength(findings);
  });

  it('does not look into it unasked', async () => {
    expect(await check(FOREIGN)).toMatchObject({ findings: [] });
  });
});
