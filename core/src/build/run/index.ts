export { buildFolder, type BuildFolder, type BuildIdentity } from './record/build-folder.ts';
export * from './record/build-report.ts';
export { type BuildOutputs } from './deliver.ts';
export { runBuild } from './run-build.ts';
export { requestStop } from './record/stop-requests.ts';
export { type RunBuildOptions } from './run-options.ts';
export { buildMetadata, formatBuildJunit, formatBuildMarkdown } from './record/report-formats.ts';
