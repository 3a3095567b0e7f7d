export { buildFolder, type BuildFolder, type BuildIdentity } from './build-folder.ts';
export * from './build-report.ts';
export { type BuildOutputs } from './deliver.ts';
export { runBuild, type RunBuildOptions } from './run-build.ts';
export { buildMetadata, formatBuildJunit, formatBuildMarkdown } from './report-formats.ts';
