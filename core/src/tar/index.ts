export * from './header.ts';
export * from './placement.ts';
