import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from './check.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'xbundle-imports-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Files by path, each with the text after `import … from`. */
async function tree(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Every place there is, so that no row fails for a file that is not there. */
const places =
  'model content files tar registry engine layout definition bundle build doctor lint arch testing';
const whole = {
  'core/src/errors.ts': 'export {};',
  'core/src/index.ts': places
    .split(' ')
    .filter((place) => place !== 'testing')
    .map((place) => `export * from './${place}/index.ts';`)
    .join('\n'),
  ...Object.fromEntries(
    places.split(' ').map((place) => [`core/src/${place}/index.ts`, `import '../errors.ts';`]),
  ),
  'backend/src/contract.ts': `import { a } from '@xbundle/core/model';`,
};

describe('checkImports', () => {
  it.each<[string, Record<string, string>]>([
    [
      'every layer on the ones below',
      { 'core/src/bundle/a.ts': `import '../engine/index.ts'; import '../tar/index.ts';` },
    ],
    ['files of one folder', { 'core/src/tar/a.ts': `import './index.ts';` }],
    ['a definition on files', { 'core/src/definition/a.ts': `import '../files/index.ts';` }],
    [
      'anything in a test',
      { 'core/src/model/a.test.ts': `import '../testing/index.ts'; import '../bundle/index.ts';` },
    ],
    ['anything in testing', { 'core/src/testing/a.ts': `import '../bundle/index.ts';` }],
    [
      'core and its model in the cli',
      { 'cli/src/a.ts': `import '@xbundle/core'; import '@xbundle/core/model'; import 'commander';` },
    ],
    [
      'core in the backend',
      { 'backend/src/a.ts': `import '@xbundle/core'; import './contract.ts'; import 'node:fs';` },
    ],
    [
      'the contract in the ui',
      { 'ui/src/a.tsx': `import type { A } from '@xbundle/backend/contract'; import 'react';` },
    ],
    [
      'an import in a comment or text',
      {
        'core/src/model/a.ts': `// import '../bundle/index.ts';\nexport const a = "import '../bundle/index.ts'";`,
      },
    ],
  ])('allows %s', async (title, files) => {
    await tree({ ...whole, ...files });
    expect(await checkImports(root), title).toEqual([]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'errors on the model',
      { 'core/src/limits.ts': `import './model/index.ts';` },
      /^core\/src\/limits\.ts:1 -> core\/src\/model\/index\.ts\n {2}core\/root may import only nothing/,
    ],
    [
      'a lower layer on a higher',
      { 'core/src/content/a.ts': `\nexport type { A } from '../files/index.ts';` },
      /content\/a\.ts:2 -> core\/src\/files/,
    ],
    ['files on tar', { 'core/src/files/a.ts': `import '../tar/index.ts';` }, /core\/files may import only/],
    ['tar on a medium', { 'core/src/tar/a.ts': `import '../layout/index.ts';` }, /core\/tar may import only/],
    [
      'a medium on another',
      { 'core/src/engine/a.ts': `export const a = async () => import('../registry/index.ts');` },
      /the three media know nothing of each other/,
    ],
    [
      'a medium on bundles',
      { 'core/src/layout/a.ts': `import type { A } from '../bundle/index.ts';` },
      /nor of bundles/,
    ],
    [
      'a definition on a medium',
      { 'core/src/definition/a.ts': `import '../engine/index.ts';` },
      /core\/definition may import only/,
    ],
    [
      'bundles on definitions',
      { 'core/src/bundle/a.ts': `import '../definition/index.ts';` },
      /core\/bundle may import only/,
    ],
    ['lint on content', { 'core/src/lint/a.ts': `import '../content/index.ts';` }, /lint stands alone/],
    ['arch on lint', { 'core/src/arch/a.ts': `import '../lint/index.ts';` }, /arch stands alone/],
    [
      'anything but tests on testing',
      { 'core/src/bundle/a.ts': `import '../testing/index.ts';` },
      /testing\/ is for tests/,
    ],
    ['the cli on testing', { 'cli/src/a.ts': `import '@xbundle/core/testing';` }, /testing\/ is for tests/],
    ['core on its own index', { 'core/src/bundle/a.ts': `import '../index.ts';` }, /import the folder/],
    [
      'the cli on a path in core',
      { 'cli/src/a.ts': `import '../../core/src/index.ts';` },
      /by its package name/,
    ],
    [
      'the cli on the backend',
      { 'cli/src/a.ts': `import '@xbundle/backend/contract';` },
      /cli may import only/,
    ],
    [
      'core on the cli',
      { 'cli/src/b.ts': '', 'core/src/model/a.ts': `import '../../../cli/src/b.ts';` },
      /by its package name/,
    ],
    ['sources on tools', { 'core/src/model/a.ts': `import '../../../tools/a.ts';` }, /nothing from outside/],
    ['the ui on core', { 'ui/src/a.ts': `import '@xbundle/core';` }, /ui may import only/],
    [
      'the contract on core',
      { 'backend/src/contract.ts': `import '@xbundle/core';` },
      /the contract is shared with the UI/,
    ],
    [
      'a new folder without a rule',
      { 'core/src/misc/a.ts': `import '../errors.ts';` },
      /core\/misc has no rule/,
    ],
    [
      'what runs in a browser on Node',
      { 'ui/src/a.ts': `import '@xbundle/backend/contract';`, 'core/src/errors.ts': `import 'node:fs';` },
      /^core\/src\/model\/index\.ts -> core\/src\/errors\.ts -> node:fs\n/,
    ],
    [
      'the model on Node',
      { 'core/src/model/a.ts': `import process from 'process';` },
      /^core\/src\/model\/a\.ts -> process\n/,
    ],
    [
      'a circle of files',
      {
        'core/src/tar/a.ts': `import './b.ts';`,
        'core/src/tar/b.ts': `import './c.ts';`,
        'core/src/tar/c.ts': `import type { A } from './a.ts';`,
      },
      /^core\/src\/tar\/a\.ts -> core\/src\/tar\/b\.ts -> core\/src\/tar\/c\.ts -> core\/src\/tar\/a\.ts\n/,
    ],
    [
      'a file that imports itself',
      { 'core/src/tar/a.ts': `import './a.ts';` },
      /^core\/src\/tar\/a\.ts -> core\/src\/tar\/a\.ts\n/,
    ],
  ])('refuses %s and prints the chain', async (title, ...[files, message]) => {
    await tree({ ...whole, ...files });
    const problems = await checkImports(root);
    expect(problems, title).toHaveLength(1);
    expect(problems[0], title).toMatch(message);
  });

  it('reports every broken rule', async () => {
    await tree({
      ...whole,
      'core/src/tar/a.ts': `import '../bundle/index.ts'; import '../testing/index.ts';`,
    });
    expect(await checkImports(root)).toHaveLength(2);
  });
});
