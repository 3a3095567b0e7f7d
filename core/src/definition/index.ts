export { type Definition, type DefinitionImage, type Environment } from './definition.ts';
export { mergeContract, type ContractFlags } from './merge-contract.ts';
export { readDefinition, type ReadDefinitionOptions } from './read-definition.ts';
