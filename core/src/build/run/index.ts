export { buildFolder, type BuildFolder, type BuildIdentity } from './build-folder.ts';
export * from './build-report.ts';
export { type BuildOutputs } from './deliver.ts';
export { runBuild } from './run-build.ts';
export { requestStop } from './stop-requests.ts';
export { type RunBuildOptions } from './run-options.ts';
export { buildMetadata, formatBuildJunit, formatBuildMarkdown } from './report-formats.ts';
