import { expect, it } from 'vitest';
import { startScriptedEngine } from '../testing/engine/scripted-engine.ts';
import { parseEndpoint } from './endpoint.ts';
import { createEngineClient } from './engine-client.ts';
import { listEngineImages, type ListedImage } from './list-images.ts';

const GONE = `content digest sha256:${'0'.repeat(64)}: not found`;
const image = { Id: `sha256:${'a'.repeat(64)}`, RepoTags: ['app:v1'], Created: 1, Size: 2 };

/** Lists the images of an engine of which the first lists fail, as while images are removed. */
async function listAfter(failures: number): Promise<readonly ListedImage[]> {
  let asked = 0;
  await using engine = await startScriptedEngine((_request, response) => {
    if (asked++ < failures) response.writeHead(404).end(JSON.stringify({ message: GONE }));
    else response.end(JSON.stringify([image]));
  });
  const client = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
  try {
    return await listEngineImages(client);
  } finally {
    await client.close();
  }
}

it('lists images while others are removed', async () => {
  expect(await listAfter(2)).toMatchObject([{ names: ['app:v1'] }]);
});

it('does not try for ever', async () => {
  await expect(listAfter(100)).rejects.toMatchObject({ code: 'INCOMPLETE' });
});
