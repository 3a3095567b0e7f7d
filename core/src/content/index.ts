export * from './documents.ts';
export * from './graph.ts';
export * from './types.ts';
export * from './verify.ts';
export * from './concurrency.ts';
export * from './overlay.ts';
