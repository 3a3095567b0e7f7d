export { briefEvent } from './brief-event.ts';
export * from './build-model.ts';
export * from './build-progress.ts';
export * from './diagnose.ts';
export * from './error-excerpt.ts';
export * from './failure-causes.ts';
