export * from './layers.ts';
export * from './memory-store.ts';
export * from './random-image.ts';
export * from './seeded-bytes.ts';
export * from './test-blob.ts';
