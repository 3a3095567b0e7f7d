import { expect, it } from 'vitest';
import { readManifest, type ImageSource } from '../../content/index.ts';
import { parsePlatform, parseReference } from '../../model/index.ts';
import { MemoryStore, randomIndex } from '../../testing/index.ts';
import { storedCell } from '../../testing/builds/built-cells.ts';
import type { CellReport } from './record/build-report.ts';
import { builtSource } from './built-source.ts';
import { checkCell } from './unit/check-cell.ts';

const name = parseReference('team/app:v1');

async function cells(store: MemoryStore, platforms: readonly string[]): Promise<readonly CellReport[]> {
  return Promise.all(
    platforms.map(async (platform) => {
      const built = await randomIndex(`app ${platform}`, [platform], { attestations: true });
      store.add(built);
      const check = await checkCell(built.manifest, {
        platform: parsePlatform(platform),
        images: 1,
        from: store,
      });
      if (check.state !== 'done') throw new Error(check.reason);
      return { ...storedCell('app', platform), results: [check.result] };
    }),
  );
}

it('a name leads to one index of all platforms with their attestations, none of them nested', async () => {
  const store = new MemoryStore();
  const built = await cells(store, ['linux/amd64', 'linux/arm64']);
  const source = builtSource([{ name, component: 'app', cells: built }], { path: '/s', blobs: store });
  const root = await source.resolve(name);
  if (root === undefined) throw new Error('no root');
  const { document } = await readManifest(root, source.content(name));
  const listed = document.kind === 'index' ? document.manifests : [];
  expect(listed.map(({ platform }) => platform?.architecture)).toEqual([
    'amd64',
    'arm64',
    'unknown',
    'unknown',
  ]);
  expect(await source.content(name).lacks(listed)).toEqual([]);
});

it('a component for one platform keeps what buildx made', async () => {
  const store = new MemoryStore();
  const built = await cells(store, ['linux/arm64']);
  const source = builtSource([{ name, component: 'app', cells: built }], { path: '/s', blobs: store });
  const [result] = built[0]?.results ?? [];
  expect(await source.resolve(name)).toEqual(result?.kind === 'oci' ? result.root : undefined);
});

it('platforms that were built together keep the index that buildx made, unless one of them is not there', async () => {
  const store = new MemoryStore();
  const platforms = ['linux/amd64', 'linux/arm64'];
  const index = await randomIndex('both', platforms);
  store.add(index);
  const built = await Promise.all(
    platforms.map(async (platform): Promise<CellReport> => {
      const wanted = { platform: parsePlatform(platform), images: 2, from: store };
      const check = await checkCell(index.manifest, wanted);
      if (check.state !== 'done') throw new Error(check.reason);
      return { ...storedCell('app', platform), results: [check.result] };
    }),
  );
  const rootOfCells = (cells: readonly CellReport[]): ReturnType<ImageSource['resolve']> =>
    builtSource([{ name, component: 'app', cells }], { path: '/s', blobs: store }).resolve(name);
  expect(await rootOfCells(built)).toEqual(index.manifest);
  const half = await rootOfCells(built.slice(0, 1));
  expect(half?.digest).not.toBe(index.manifest.digest);
});

it('a name of which nothing is done, or that nobody built, leads nowhere', async () => {
  const waiting: CellReport = { ...storedCell('app'), state: 'failed', results: [] };
  const blobs = new MemoryStore();
  const source = builtSource([{ name, component: 'app', cells: [waiting] }], { path: '/s', blobs });
  expect(await source.resolve(name)).toBeUndefined();
  expect(await source.resolve(parseReference('team/other:v1'))).toBeUndefined();
});
