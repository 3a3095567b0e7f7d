import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../model/index.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { createImage, MemoryStore } from '../testing/index.ts';
import { rawLayer } from '../testing/images/raw-layer.ts';
import { collect } from './documents.ts';
import { withDocuments } from './overlay.ts';
import { describe as describeBytes } from './verify.ts';

const made = Buffer.from('{"made":"here"}');
const descriptor = describeBytes(MEDIA_TYPES.ociIndex, made);
const layer = rawLayer('layer', 100);
const store = new MemoryStore().add(createImage({ platform: 'linux/amd64', layers: [layer] }));
const source = withDocuments(store, new Map([[descriptor.digest, made]]));

describe('a source with documents of its own', () => {
  it('gives those, whole or from an offset on', async () => {
    expect(await collect(source.read(descriptor), 100, 'it')).toEqual(made);
    expect(Buffer.from(await collect(source.readFrom(descriptor, 5), 100, 'it'))).toEqual(made.subarray(5));
  });

  it('gives everything else from below', async () => {
    expect(await collect(source.read(layer.descriptor), 100, 'it')).toEqual(layer.bytes);
    const rest = await collect(source.readFrom(layer.descriptor, 60), 100, 'it');
    expect(rest).toHaveLength(40);
    const none = describeBytes('x', Buffer.from('nowhere'));
    expect(await errorCodeOf(collect(source.read(none), 100, 'it'))).toBe('NOT_FOUND');
  });

  it('does not lack them, and asks below for the rest', async () => {
    const none = describeBytes('x', Buffer.from('nowhere'));
    expect(await source.lacks([descriptor, layer.descriptor, none])).toEqual([none]);
  });

  it('verifies them: another size is an error', async () => {
    const work = collect(source.read({ ...descriptor, size: 3 }), 100, 'it');
    expect(await errorCodeOf(work)).toBe('SIZE_MISMATCH');
  });
});
