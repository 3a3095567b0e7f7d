export * from './errors.ts';
export * from './limits.ts';
export * from './model/index.ts';
export * from './content/index.ts';
