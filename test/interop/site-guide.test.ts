import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildSample, SAMPLE_PLATFORMS } from '../support/sample-image.ts';

/** The shell block of docs/site.md that a comment there gives this name. */
async function blockOf(name: string): Promise<string> {
  const guide = await readFile(new URL('../../docs/site.md', import.meta.url), 'utf8');
  const [, after = ''] = guide.split(`site-guide.test.ts: ${name} -->`);
  const block = /```sh\n([^]*?)```/.exec(after)?.[1];
  if (block === undefined) throw new Error(`docs/site.md has no block ${name}`);
  return block;
}

describeWithEngines('the guide for a site without Node.js', (engines) => {
  const name = `${uniqueRepository('site')}:v1`;
  const archTags = SAMPLE_PLATFORMS.map((platform) => `${name}-${platform.replace('linux/', '')}`);
  let bundle: Buffer;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(engines.directory, 'site-'));
    await buildSample(engines, { scratch, name });
    const path = join(scratch, 'release.tar');
    const flags = ['--from', 'docker', '--platform', SAMPLE_PLATFORMS.join(), '-o', path];
    const run = await xbundle(['export', name, ...flags], { env: toolEnvironment(engines.containerd) });
    expect(run).toMatchObject({ exitCode: 0 });
    bundle = await readFile(path);
    await removeImages(engines.containerd, [name]);
  });

  async function folderWith(content: Uint8Array): Promise<string> {
    const folder = await mkdtemp(join(engines.directory, 'site-'));
    await writeFile(join(folder, 'release.tar'), content);
    return folder;
  }

  async function prove(folder: string): Promise<number | undefined> {
    return (await execa('sh', ['-c', await blockOf('prove')], { cwd: folder, reject: false })).exitCode;
  }

  it('proves a good bundle, and nothing that is damaged or cut', async () => {
    expect(await prove(await folderWith(bundle))).toBe(0);
    const flipped = Buffer.from(bundle);
    // The headers of entries have names; what follows the last of them is in its content.
    const inContent = bundle.lastIndexOf('blobs/sha256/') + 512 + 10;
    flipped[inContent] = (flipped[inContent] ?? 0) ^ 1;
    expect(await prove(await folderWith(flipped))).not.toBe(0);
    expect(await prove(await folderWith(bundle.subarray(0, -400_000)))).not.toBe(0);
    const incomplete = Buffer.from(
      bundle.toString('latin1').replace('"complete": true', '"complete":false'),
      'latin1',
    );
    expect(await prove(await folderWith(incomplete))).not.toBe(0);
  });

  it.each(['containerd', 'classic'] as const)(
    'tells what a %s store has, and what it lacks',
    async (store) => {
      const engine = engines[store];
      const folder = await folderWith(bundle);
      await prove(folder);
      const ask = async (): Promise<{
        readonly exitCode: number | undefined;
        readonly lines: readonly string[];
      }> => {
        const options = {
          cwd: join(folder, 'release'),
          env: toolEnvironment(engine),
          reject: false,
        } as const;
        const { exitCode, stdout } = await execa('sh', ['-c', await blockOf('ask')], options);
        return { exitCode, lines: stdout.split('\n') };
      };
      const told = (state: string) => archTags.map((tag) => `${state} docker.io/library/${tag}`);
      expect(await ask()).toEqual({ exitCode: 1, lines: told('MISSING:') });
      await docker(engine, ['load', '--quiet', '--input', join(folder, 'release.tar')]);
      expect(await ask()).toEqual({ exitCode: 0, lines: told('there:  ') });
      await removeImages(engine, store === 'containerd' ? [name, ...archTags] : archTags);
      expect(await ask()).toEqual({ exitCode: 1, lines: told('MISSING:') });
    },
  );
});
