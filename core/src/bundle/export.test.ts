import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { XbundleError } from '../errors.ts';
import { createEngineClient, parseEndpoint } from '../engine/index.ts';
import { parsePlatform, parseReference, type Digest } from '../model/index.ts';
import { createRegistryClient, type RegistryClient } from '../registry/index.ts';
import { randomIndex, startRegistry, type TestContent, type TestRegistry } from '../testing/index.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { startImageEngine } from '../testing/engine/image-engine.ts';
import { createScratchFolder, type ScratchFolder } from '../testing/files/scratch-folder.ts';
import { exportBundle, pipeBundle, planExport, type ExportRequest } from './export.ts';
import { verifyBundle } from './verify/verify.ts';

let scratch: ScratchFolder;
let registry: TestRegistry;
let client: RegistryClient;
let index: TestContent;
let folder: string;
let output: string;
beforeAll(async () => {
  scratch = await createScratchFolder();
  registry = await startRegistry();
  index = await randomIndex('app', ['linux/amd64', 'linux/arm64'], { attestations: true });
  registry.push('app', 'v1', index);
});
beforeEach(async () => {
  folder = scratch.fresh();
  output = join(folder, 'out.tar');
  await mkdir(folder);
  registry.clearFaults();
  registry.clearRequests();
  client = createRegistryClient({ retry: { attempts: 1 } });
});
afterEach(() => client.close());
afterAll(async () => {
  await registry.close();
  await scratch.remove();
});

function request(platforms?: readonly string[]): ExportRequest {
  return {
    images: [
      {
        name: parseReference(`${registry.host}/app:v1`),
        ...(platforms !== undefined && { platforms: platforms.map((text) => parsePlatform(text)) }),
      },
    ],
    from: { kind: 'registry' },
    clients: {
      registry: () => client,
      engine: () => Promise.reject(new XbundleError('UNREACHABLE', 'no engine')),
    },
  };
}

describe('an export', () => {
  it('writes a whole, verified bundle and nothing else', async () => {
    const { plan, summary } = await exportBundle(request(), output);
    expect(summary).toMatchObject({ index: plan.index });
    expect(await readdir(folder)).toEqual(['out.tar']);
    expect(await verifyBundle(output)).toMatchObject({ integrity: 'ok', complete: true, id: summary?.id });
    expect(plan.index.images[0]?.root.digest).toBe(index.manifest.digest);
  });

  it('gives a pipe the same bytes', async () => {
    await exportBundle(request(), output);
    const chunks: Uint8Array[] = [];
    await pipeBundle(request(), async (chunk) => {
      chunks.push(await Promise.resolve(chunk));
    });
    expect(Buffer.concat(chunks).equals(await readFile(output))).toBe(true);
  });

  it('only plans when asked to, and fetches no layer for it', async () => {
    const plan = await planExport(request());
    expect(plan.index.complete).toBe(true);
    expect(registry.requests.filter(({ kind }) => kind === 'blob')).toEqual([]);
  });

  it('that lacks a cell writes nothing and says what is there', async () => {
    const { plan, summary } = await exportBundle(request(['amd64', 's390x']), output);
    expect(summary).toBeUndefined();
    expect(plan.index.cells.map(({ state }) => state)).toEqual(['present', 'missing']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('writes what there is when that is allowed', async () => {
    const { summary } = await exportBundle(request(['amd64', 's390x']), output, { allowIncomplete: true });
    expect(summary?.index.complete).toBe(false);
    expect(await verifyBundle(output)).toMatchObject({ integrity: 'ok', complete: false });
  });

  it('to a file that is there asks nothing of the registry', async () => {
    await writeFile(output, 'precious');
    expect(await errorCodeOf(exportBundle(request(), output))).toBe('EXISTS');
    expect(registry.requests).toEqual([]);
    expect(await readFile(output, 'utf8')).toBe('precious');
  });

  it('to a place that is not there asks nothing of the registry', async () => {
    expect(await errorCodeOf(exportBundle(request(), join(folder, 'no', 'out.tar')))).toBe('FILE_SYSTEM');
    expect(registry.requests).toEqual([]);
  });

  it('to one file at a time', async () => {
    const codes = await Promise.all([1, 2, 3].map(() => errorCodeOf(exportBundle(request(), output))));
    expect(codes.sort()).toEqual(['LOCKED', 'LOCKED', 'no error']);
  });

  it('goes on after it was interrupted, with the same bytes in the end', async () => {
    const layer = blobWith('layer');
    registry.fault({ match: { digest: layer }, times: Infinity, action: { type: 'status', status: 500 } });
    expect(await errorCodeOf(exportBundle(request(), output, { jobs: 1 }))).not.toBe('no error');
    expect(await readdir(folder)).not.toContain('out.tar');
    registry.clearFaults();
    const { summary } = await exportBundle(request(), output);
    await exportBundle(request(), join(folder, 'again.tar'));
    expect((await readFile(output)).equals(await readFile(join(folder, 'again.tar')))).toBe(true);
    expect(summary?.size).toBe((await readFile(output)).length);
  });

  it.each([
    ['a layer', 'layer', /app:v1 for linux\/(?:amd64|arm64)/],
    ['a part of an attestation', 'statement', /an attestation of .*app:v1/],
  ] as const)('of an image that has lost %s names what needs it', async (_, kind, needs) => {
    const lost = blobWith(kind);
    registry.fault({ match: { digest: lost }, times: Infinity, action: { type: 'status', status: 404 } });
    const work = exportBundle(request(), output);
    await expect(work).rejects.toThrow(needs);
    await expect(work).rejects.toMatchObject({ code: 'INCOMPLETE' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('from an engine leaves no saved file behind', async () => {
    const name = 'docker.io/library/app:v1';
    await using engine = await startImageEngine({ [name]: { content: index } });
    const engineClient = createEngineClient(parseEndpoint(engine.host, { chosenBy: 'test' }));
    const before = (await readdir(tmpdir())).filter((each) => each.startsWith('xbundle-'));
    const wanted: ExportRequest = {
      images: [{ name: parseReference(name) }],
      from: { kind: 'docker' },
      clients: { registry: () => client, engine: () => Promise.resolve(engineClient) },
    };
    const { plan } = await exportBundle(wanted, output);
    expect(plan.index.images[0]).toMatchObject({
      origin: 'kept',
      source: { kind: 'docker', store: 'containerd' },
    });
    expect((await planExport(wanted)).index).toEqual(plan.index);
    expect(await readdir(folder)).toEqual(['out.tar']);
    const after = (await readdir(tmpdir())).filter((each) => each.startsWith('xbundle-'));
    expect(after.filter((each) => !before.includes(each) && each.length === 'xbundle-123456'.length)).toEqual(
      [],
    );
    await engineClient.close();
  });
});

function blobWith(kind: 'layer' | 'statement'): Digest {
  const found = [...index.blobs.values()].find(({ bytes, descriptor }) =>
    kind === 'layer'
      ? descriptor.mediaType.includes('layer')
      : Buffer.from(bytes).includes('"predicateType"'),
  );
  if (found === undefined) throw new Error(`the image has no ${kind}`);
  return found.descriptor.digest;
}
