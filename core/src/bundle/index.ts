export * from './format.ts';
export * from './open.ts';
export * from './plan.ts';
export * from './problem.ts';
export * from './verify.ts';
export * from './write.ts';
export { type ImageRequest } from './resolve-image.ts';
