import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildTarget } from '../../testing/builds/build-targets.ts';
import { createScratchFolder, type ScratchFolder } from '../../testing/files/scratch-folder.ts';
import type { DockerfileFacts } from '../facts.ts';
import type { BuildTarget } from '../target.ts';
import { readDockerfiles } from './read-dockerfiles.ts';

let scratch: ScratchFolder;
beforeAll(async () => {
  scratch = await createScratchFolder();
});
afterAll(() => scratch.remove());

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = scratch.fresh();
  await mkdir(path);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

function read(...targets: readonly BuildTarget[]): Promise<ReadonlyMap<string, DockerfileFacts>> {
  return readDockerfiles({ directory: '/', targets, selected: [targets[0]?.name ?? ''] });
}

it('reads what the selected components need, and nothing else', async () => {
  const context = await folder({ Dockerfile: 'FROM a\nRUN b', 'other/D': 'FROM c' });
  const dockerfiles = await read(
    buildTarget('app', { context, needs: ['base', 'inline', 'far'] }),
    buildTarget('base', { context, dockerfile: join(context, 'other/D') }),
    buildTarget('inline', { context, dockerfileInline: 'FROM d' }),
    buildTarget('far', { context: 'https://example.com/x.git' }),
    buildTarget('missing', { context: '/nonexistent' }),
  );
  const bases = [...dockerfiles].map(([name, { stages }]) => [name, stages[0]?.base]);
  expect(bases).toEqual([
    ['app', 'a'],
    ['base', 'c'],
    ['inline', 'd'],
  ]);
});

it('leaves a lower-case dockerfile to BuildKit', async () => {
  const context = await folder({ dockerfile: 'FROM a' });
  const dockerfiles = await read(buildTarget('app', { context, dockerfile: join(context, 'Dockerfile') }));
  // A file system that ignores case finds it.
  expect(dockerfiles.size).toBeLessThanOrEqual(1);
});

it('says that a context is not there, and where bake looks for it', async () => {
  const beside = await folder({ 'app/Dockerfile': '', 'docker-bake.hcl': '' });
  const place = { file: join(beside, 'docker-bake.hcl'), line: 3 };
  const reading = read(buildTarget('app', { context: '/nonexistent/app', place }));
  await expect(reading).rejects.toMatchObject({
    code: 'DEFINITION_INVALID',
    message: expect.stringMatching(/hcl:3: app: .*is no directory.*current directory/) as string,
  });
});

it.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['that is not there', {}, 'DEFINITION_INVALID'],
  ['that is too large', { Dockerfile: '#'.repeat(1_048_577) }, 'LIMIT_EXCEEDED'],
  ['that is a directory', { 'Dockerfile/x': '' }, 'FILE_SYSTEM'],
])('refuses a Dockerfile %s', async (title, files, code) => {
  const context = await folder(files);
  await expect(read(buildTarget('app', { context })), title).rejects.toMatchObject({ code });
});
