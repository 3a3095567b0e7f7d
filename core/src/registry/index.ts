export { createRegistryClient, type RegistryClient, type RegistryOptions } from './client.ts';
export { type Credentials, type CredentialsProvider } from './credentials.ts';
export { dockerCredentials, type DockerCredentialsOptions } from './docker-config.ts';
export { listRepositories, listTags, type ListedNames } from './list-names.ts';
export { type Environment } from './proxy.ts';
export { RegistrySource } from './registry-source.ts';
export { RegistryTarget } from './registry-target.ts';
export { type RetryPolicy } from './retry.ts';
