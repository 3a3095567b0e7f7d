export { createRegistryClient, type RegistryClient, type RegistryOptions } from './client.ts';
export { type Credentials, type CredentialsProvider } from './auth/credentials.ts';
export { dockerCredentials, type DockerCredentialsOptions } from './auth/docker-config.ts';
export { listRepositories, listTags, type ListedNames } from './pull/list-names.ts';
export { type Environment } from './http/proxy.ts';
export { RegistrySource } from './pull/registry-source.ts';
export { RegistryTarget } from './push/registry-target.ts';
export { type RetryPolicy } from './http/retry.ts';
