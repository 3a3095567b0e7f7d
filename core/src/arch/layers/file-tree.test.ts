import { array, assert, constantFrom, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileTree } from './file-tree.ts';
import { entryPath } from './entry-path.ts';
import type { LayerEntry, LayerListing } from './layer-listing.ts';

/** Entries by path: `/` a directory, `-> TARGET`, `= TARGET` a hard link, other text a file; `.wh.` marks apart. */
type Layer = Readonly<Record<string, string>>;

function listing(layer: Layer): LayerListing {
  const marks = Object.keys(layer).filter((path) => path.includes('.wh.'));
  return {
    entries: Object.entries(layer)
      .filter(([path]) => !marks.includes(path))
      .map(([path, content]) => [path, toEntry(content)] as const),
    whiteouts: marks.filter((path) => !path.endsWith('.opq')).map((path) => path.replace('.wh.', '')),
    opaque: marks
      .filter((path) => path.endsWith('.opq'))
      .map((path) => path.replace(/\/?\.wh\.\.wh\.\.opq$/, '')),
  };
}

function toEntry(content: string): LayerEntry {
  if (content === '/') return { kind: 'directory' };
  if (content.startsWith('-> ')) return { kind: 'symlink', target: content.slice(3) };
  if (content.startsWith('= ')) return { kind: 'hardlink', target: content.slice(2) };
  return { kind: 'file', facts: { executable: false, text: content } };
}

/** `path=content@layer` of every file. */
function files(...layers: readonly Layer[]): readonly string[] {
  return [...treeOf(layers).files()].map(
    ({ path, node }) => `${path}=${node.facts.text ?? ''}@${node.layer}`,
  );
}

function treeOf(layers: readonly Layer[]): FileTree {
  const tree = new FileTree();
  for (const [at, layer] of layers.entries()) tree.apply(listing(layer), at);
  return tree;
}

describe('FileTree', () => {
  it.each<[string, readonly Layer[], readonly string[]]>([
    [
      'puts layers on each other',
      [
        { a: '1', 'd/b': '1' },
        { a: '2', 'd/c': '2' },
      ],
      ['a=2@1', 'd/b=1@0', 'd/c=2@1'],
    ],
    ['takes away a file', [{ a: '1', b: '1' }, { '.wh.a': '' }], ['b=1@0']],
    ['takes away a directory', [{ 'd/a': '1', 'd/e/b': '1' }, { '.wh.d': '' }], []],
    ['puts a file back in the layer that takes it away', [{ a: '1' }, { a: '2', '.wh.a': '' }], ['a=2@1']],
    [
      'empties an opaque directory',
      [
        { 'd/a': '1', 'd/e/b': '1' },
        { 'd/c': '2', 'd/.wh..wh..opq': '' },
      ],
      ['d/c=2@1'],
    ],
    ['empties the root', [{ a: '1' }, { b: '2', '.wh..wh..opq': '' }], ['b=2@1']],
    [
      'takes away what is not there',
      [{ a: '1' }, { '.wh.x': '', 'y/.wh.z': '', 'q/.wh..wh..opq': '' }],
      ['a=1@0'],
    ],
    ['keeps a directory that is there', [{ 'd/a': '1' }, { d: '/' }], ['d/a=1@0']],
    ['replaces a directory by a file', [{ 'd/a': '1' }, { d: '2' }], ['d=2@1']],
    ['replaces a file by a directory', [{ d: '1' }, { d: '/', 'd/a': '2' }], ['d/a=2@1']],
    [
      'replaces a link by a directory',
      [
        { bin: '-> usr', 'usr/a': '1' },
        { bin: '/', 'bin/b': '2' },
      ],
      ['bin/b=2@1', 'usr/a=1@0'],
    ],
    [
      'follows a merged /usr',
      [
        { bin: '-> usr/bin', 'usr/bin/a': '1' },
        { 'bin/a': '2', 'bin/b': '2' },
      ],
      ['usr/bin/a=2@1', 'usr/bin/b=2@1'],
    ],
    ['takes away through a merged /usr', [{ bin: '-> usr/bin', 'usr/bin/a': '1' }, { 'bin/.wh.a': '' }], []],
    ['takes away a link, not what it leads to', [{ a: '1', l: '-> a' }, { '.wh.l': '' }], ['a=1@0']],
    ['gives a hard link the layer of its file', [{ a: '1' }, { b: '= a' }], ['a=1@0', 'b=1@0']],
    ['keeps a hard link when its file is replaced', [{ a: '1', b: '= a' }, { a: '2' }], ['a=2@1', 'b=1@0']],
    ['leaves out a hard link to nothing', [{ b: '= a' }], []],
  ])('%s', (_, layers, expected) => {
    expect(files(...layers)).toEqual(expected);
  });

  it.each([
    ['a', 'a'],
    ['/a', 'a'],
    ['../../a', 'a'],
    ['l', 'a'],
    ['d/up', 'a'],
    ['abs', 'a'],
    ['chain', 'a'],
    ['d/../a', 'a'],
    ['loop', undefined],
    ['none', undefined],
    ['a/b', undefined],
    ['d', undefined],
  ])('resolves %s to %s', (path, expected) => {
    const layer = {
      a: '1',
      l: '-> a',
      'd/up': '-> ../../../a',
      abs: '-> /l',
      chain: '-> abs',
      loop: '-> loop',
      none: '-> x',
    };
    expect(treeOf([layer]).resolveFile(path)?.path).toBe(expected);
  });

  it('takes any entries without a failure, and lists what it resolves', () => {
    const path = constantFrom('a', 'b', 'a/b', 'a/b/c', 'b/a', 'c/.wh.a', 'a/.wh..wh..opq', '.wh.b', 'c/a');
    const content = constantFrom('/', 'text', '-> a', '-> ../b', '-> /c/a', '-> .', '= a', '= a/b', '= b');
    const entries = array(record({ path, content }), { maxLength: 12 });
    assert(
      property(array(entries, { maxLength: 4 }), (layers) => {
        const tree = treeOf(
          layers.map((layer) => Object.fromEntries(layer.map((each) => [each.path, each.content]))),
        );
        for (const { path: found, node } of tree.files()) expect(tree.resolveFile(found)?.node).toBe(node);
      }),
    );
  });

  it('gives up on links that would take for ever', () => {
    const long = Array.from({ length: 2000 }, () => 'd/..').join('/');
    const links = Object.fromEntries(
      Array.from({ length: 39 }, (_, at) => [`l${at}`, `-> ${long}/l${at + 1}`]),
    );
    const entries = Array.from({ length: 4000 }, (_, at) => [`l0/${at}`, 'x'] as const);
    expect(() => treeOf([{ 'd/x': '1', ...links, l39: '-> d' }, Object.fromEntries(entries)])).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });
});

describe('entryPath', () => {
  it.each([
    ['./a//b/', 'a/b'],
    ['/a', 'a'],
    ['a/../../b', 'b'],
    ['./', undefined],
    ['..', undefined],
  ])('reads %s as %s', (name, expected) => {
    expect(entryPath(name)).toBe(expected);
  });
});
