export * from './errors.ts';
export * from './limits.ts';
export * from './model/index.ts';
export * from './content/index.ts';
export * from './arch/index.ts';
export * from './build/index.ts';
export * from './buildx/index.ts';
export * from './bundle/index.ts';
export * from './check/index.ts';
export {
  mergeContract,
  readDefinition,
  type ContractFlags,
  type Definition,
  type DefinitionImage,
  type ReadDefinitionOptions,
} from './definition/index.ts';
export * from './doctor/index.ts';
export * from './engine/index.ts';
export * from './files/index.ts';
export * from './layout/index.ts';
export * from './lint/index.ts';
export * from './registry/index.ts';
