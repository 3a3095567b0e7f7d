export * from './run-docker.ts';
