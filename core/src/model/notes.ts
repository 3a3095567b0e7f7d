/** What is noted beside long work, and before a build, by code. */
export const NOTES = {
  'platform-left-out': 'not for {platform}, because the definition gives them other platforms: {components}',
  'kept-in-engine':
    'the builder {builder} has a classic image store, without OCI exporter and indexes: each result is kept in the engine under an arch tag such as {tag}',
  'cache-not-written': 'no cache is written for {components}: the builder cannot',
  'caches-apart': 'caches of {components} are written for each platform under a name of its own',
  'index-annotations-left-out':
    'annotations of the index are left out for {components}: platforms are built each on its own',

  'attestation-absent': 'attestation {digest} of {platform} is listed but not there, and is left out',
  'platforms-absent': '{image}: {source} lacks {platforms}, which its index lists',
  'artifact-absent':
    '{digest}, which the index {index} lists, is no image and cannot be read here, so a new index without it is made',
  'arch-tag': '{tag} is an arch tag of {image}, no image of its own',
  'not-saved': '{reason}',
  'arch-warning': '{image} for {platform}: {finding}',
  'target-without-tags': '{file}: the target {target} has no tags, so it names no image',
  'helper-absent':
    'the Docker configuration names {command} for {server}, which is not installed: going on without it',

  'from-engine': 'from the engine: {images}',
  'from-engine-and-more': 'from the engine: {images} and {more} more',
  'engine-lacks': 'from the registry, as the engine lacks {platforms}: {images}',
  'engine-lacks-and-more': 'from the registry, as the engine lacks {platforms}: {images} and {more} more',
  'engine-in-part': 'from the registry, as the engine has only part: {images}',
  'engine-in-part-and-more': 'from the registry, as the engine has only part: {images} and {more} more',
  'from-registry': 'from the registry: {images}',
  'from-registry-and-more': 'from the registry: {images} and {more} more',
  'engine-unreachable': 'from the registry, as no Docker Engine answers',
  'engine-refuses': 'from the registry, as the Docker Engine refuses access',
  'context-absent': 'from the registry, as the Docker context is not there',
} as const;

export type NoteCode = keyof typeof NOTES;
