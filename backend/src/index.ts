export { serveLocal, type LocalServer, type ServeLocalOptions } from './serve-local.ts';
export { supervise } from './jobs/runners/supervise.ts';
export { detectProject } from './projects/detect-project.ts';
