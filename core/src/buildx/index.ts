export { dockerProgram } from './buildx-program.ts';
export * from './run-docker.ts';
export { parseDockerJson } from './docker-json.ts';
export { type Builder, type BuilderDriver, type BuilderNode } from './builder.ts';
export {
  builderFacts,
  judgeBuilder,
  type BuilderFacts,
  type BuilderFactsOptions,
  type BuilderFeatures,
  type BuilderStore,
} from './builder-facts.ts';
export {
  driverOf,
  planMoreNodes,
  planNewBuilder,
  removeArgs,
  useArgs,
  type BuilderPlan,
  type BuilderRequest,
  type BuildxArguments,
} from './builder-plan.ts';
export {
  appendNodes,
  createBuilder,
  removeBuilders,
  useBuilder,
  type RemoveOptions,
} from './change-builders.ts';
export { inspectBuilder, parseBuilder, type InspectOptions } from './inspect-builder.ts';
export { listBuilders, parseBuilderList, type ListedBuilder } from './list-builders.ts';
export { parseNodes, type NodeCertificates, type NodeOptions, type NodeRequest } from './node-request.ts';
export { placePlatform, runsNatively, type PlatformPlace, type PlatformSupport } from './place-platform.ts';
export {
  buildxVersion,
  dockerVersion,
  isVersionAtLeast,
  parseBuildxVersion,
  type ToolVersion,
} from './versions.ts';
