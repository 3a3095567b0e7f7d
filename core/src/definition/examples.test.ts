import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { formatPlatform, formatReference } from '../model/index.ts';
import { mergeContract } from './merge-contract.ts';
import { readDefinition } from './read-definition.ts';

const folder = fileURLToPath(new URL('../../../examples/ai-infra/', import.meta.url));

async function cellsOf(file: string): Promise<readonly string[]> {
  const definition = await readDefinition(`${folder}${file}`, { env: {} });
  const images = mergeContract(definition);
  return images
    .flatMap(({ name, platforms = [] }) =>
      platforms.map((platform) => `${formatReference(name)} ${formatPlatform(platform)}`),
    )
    .sort();
}

it('the definitions of examples/ai-infra name the same 24 cells, two for each component folder', async () => {
  const cells = await cellsOf('xbundle.yaml');
  expect(cells).toHaveLength(24);
  expect(await cellsOf('compose.yaml')).toEqual(cells);
  const entries = await readdir(folder, { withFileTypes: true });
  const components = entries.filter((entry) => entry.isDirectory() && entry.name !== 'base');
  for (const { name } of components) expect(cells).toContain(`docker.io/ai-infra/${name}:v0.3.8 linux/arm64`);
  expect(components).toHaveLength(12);
});
