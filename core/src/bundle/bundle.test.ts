import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlatform, parseReference } from '../model/index.ts';
import { MemoryStore, randomIndex } from '../testing/index.ts';
import { openBundle } from './open.ts';
import { planBundle } from './plan.ts';
import { verifyBundle } from './verify.ts';
import { streamBundle, writeBundle } from './write.ts';

describe('a bundle', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds what was planned, byte for byte the same at any number of jobs, and verifies', async () => {
    const store = new MemoryStore();
    const index = await randomIndex('app', ['linux/amd64', 'linux/arm64', 'linux/arm/v7'], {
      attestations: true,
    });
    store.add(index, 'docker.io/library/app:v1');
    const name = parseReference('app:v1');
    const plan = await planBundle([
      { name, source: store, platforms: [parsePlatform('amd64'), parsePlatform('arm64')] },
    ]);
    expect(plan.index.cells.map((cell) => cell.state)).toEqual(['present', 'present']);
    const summary = await writeBundle(plan, join(folder, 'a.tar'), { jobs: 1 });
    await writeBundle(plan, join(folder, 'b.tar'), { jobs: 8 });
    const bytes = await readFile(join(folder, 'a.tar'));
    expect(bytes.equals(await readFile(join(folder, 'b.tar')))).toBe(true);
    const streamed: Uint8Array[] = [];
    for await (const chunk of streamBundle(plan)) streamed.push(chunk);
    expect(bytes.equals(Buffer.concat(streamed))).toBe(true);
    expect(bytes.length).toBe(summary.size);
    const report = await verifyBundle(join(folder, 'a.tar'));
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ complete: true, integrity: 'ok' });
    const fromPipe = await verifyBundle(
      (async function* () {
        yield* streamed;
      })(),
    );
    expect(fromPipe).toEqual(report);
    const reader = await openBundle(join(folder, 'a.tar'));
    expect(await reader.resolve(name)).toMatchObject({ digest: plan.index.images[0]?.root.digest });
    await reader.close();
  });

  it('is never found intact after one flipped bit', async () => {
    const store = new MemoryStore();
    store.add(
      await randomIndex('app', ['linux/amd64'], { layers: 1, layerBytes: 64 }),
      'docker.io/library/app:v1',
    );
    const plan = await planBundle([{ name: parseReference('app:v1'), source: store }]);
    const path = join(folder, 'a.tar');
    await writeBundle(plan, path);
    const bytes = await readFile(path);
    const undetected: number[] = [];
    for (let at = 0; at < bytes.length; at += 37) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(path, flipped);
      const report = await verifyBundle(path);
      if (report.integrity === 'ok') undetected.push(at);
    }
    expect(undetected).toEqual([]);
  });
});
