export { dockerfileDefinition, type DockerfileRequest } from './dockerfile-definition.ts';
export { readBuildDefinition, type BuildReadOptions, type BuildRequest } from './read-build-definition.ts';
export { readDockerfiles } from './read-dockerfiles.ts';
