import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { dockerProgram } from './buildx-program.ts';

const scratch = await useScratchFolder();
let home: string;
const NAME = process.platform === 'win32' ? 'docker-buildx.exe' : 'docker-buildx';

beforeEach(async () => {
  home = await scratch.freshFolder();
});

async function plugin(directory: string, mode = 0o755): Promise<string> {
  const path = join(home, directory, NAME);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  await chmod(path, mode);
  return path;
}

async function config(value: string): Promise<Readonly<Record<string, string>>> {
  await writeFile(join(home, 'config.json'), value);
  return { DOCKER_CONFIG: home };
}

it('buildx is started itself, from where docker would find it first', async () => {
  const own = await plugin('cli-plugins');
  const args = ['buildx', 'build', '.'];
  expect(await dockerProgram(args, await config('{}'))).toEqual({ file: own, args: ['build', '.'] });
  const extra = await plugin('extra');
  const env = await config(JSON.stringify({ cliPluginsExtraDirs: [dirname(extra)] }));
  expect(await dockerProgram(args, env)).toEqual({ file: extra, args: ['build', '.'] });
});

it.each(['no JSON', '[]', '{"cliPluginsExtraDirs":7}'])(
  'settings that say %s name no further place',
  async (text) => {
    const own = await plugin('cli-plugins');
    expect(await dockerProgram(['buildx', 'ls'], await config(text))).toEqual({ file: own, args: ['ls'] });
  },
);

it('all other commands are those of docker', async () => {
  await plugin('cli-plugins');
  const args = ['image', 'ls', 'buildx'];
  expect(await dockerProgram(args, await config('{}'))).toEqual({ file: 'docker', args });
});

it.skipIf(process.platform === 'win32')('what cannot be executed is no plugin', async () => {
  const own = await plugin('cli-plugins', 0o644);
  expect((await dockerProgram(['buildx', 'ls'], await config('{}'))).file).not.toBe(own);
});
