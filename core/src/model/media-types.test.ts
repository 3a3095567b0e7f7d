import { expect, it } from 'vitest';
import {
  isImageConfigType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  MANIFEST_MEDIA_TYPES,
  MEDIA_TYPES,
} from './media-types.ts';

it('puts every media type into at most one kind', () => {
  const kinds = Object.entries(MEDIA_TYPES).map(([name, type]) => [
    name,
    [isIndexType(type), isManifestType(type), isSchema1Type(type), isImageConfigType(type)].indexOf(true),
  ]);
  expect(Object.fromEntries(kinds)).toEqual({
    ociIndex: 0,
    dockerIndex: 0,
    ociManifest: 1,
    dockerManifest: 1,
    dockerSchema1: 2,
    dockerSchema1Signed: 2,
    ociConfig: 3,
    dockerConfig: 3,
    ociLayer: -1,
    ociLayerGzip: -1,
    ociLayerZstd: -1,
    ociEmpty: -1,
    inToto: -1,
  });
});

it('asks for every index and manifest, and for no schema 1', () => {
  const all = Object.values(MEDIA_TYPES).filter((type) => isIndexType(type) || isManifestType(type));
  expect(new Set(MANIFEST_MEDIA_TYPES)).toEqual(new Set(all));
});
