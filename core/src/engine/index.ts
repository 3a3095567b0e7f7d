export { type ApiVersion } from './api-version.ts';
export { parseEndpoint, resolveEndpoint, type EndpointOptions, type EngineEndpoint } from './endpoint.ts';
export {
  createEngineClient,
  type EngineClient,
  type EngineRequest,
  type EngineUpload,
} from './engine-client.ts';
export {
  askContainer,
  containerOutput,
  removeContainers,
  removeImage,
  runContainer,
  type ContainerFacts,
  type ContainerRequest,
} from './containers.ts';
export { EngineTarget } from './engine-target.ts';
export { engineFacts, type EngineFacts, type EngineStore } from './facts.ts';
export { findEngineImage, type EngineAttestation, type EngineCell, type EngineImage } from './images.ts';
export { listEngineImages, type ListedImage } from './list-images.ts';
export { savedName, saveImages, type SaveOptions } from './save.ts';
