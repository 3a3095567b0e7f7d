export * from './disk-space.ts';
export * from './file-error.ts';
export * from './hashing-writer.ts';
export * from './hash-ranges.ts';
export * from './lock.ts';
export * from './publish.ts';
export * from './read-range.ts';
export * from './write-at.ts';
