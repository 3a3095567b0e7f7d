export { type Definition, type DefinitionImage } from './definition.ts';
export { mergeContract, type ContractFlags } from './merge-contract.ts';
export { readDefinition, type ReadDefinitionOptions } from './read-definition.ts';
