export * from './build-plan.ts';
export * from './cell-command.ts';
export * from './facts.ts';
export * from './target.ts';
