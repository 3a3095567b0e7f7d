import {
  RegistrySource,
  isAttestation,
  parseReference,
  readConfig,
  readManifest,
  type BaseImage,
  type BaseLookup,
  type Descriptor,
  type Reference,
  type RegistryClient,
} from '@xbundle/core';

/** Asks the registry of a base image for its index. Throws what the registry client throws. */
export function createBaseLookup(client: RegistryClient): BaseLookup {
  const source = new RegistrySource(client);
  return async (text, options) => {
    const name = parseReference(text);
    const found = await source.resolve(name, options);
    return found === undefined ? undefined : describeImage({ source, name, text }, found, options);
  };
}

interface Asked {
  readonly source: RegistrySource;
  readonly name: Reference;
  readonly text: string;
}

async function describeImage(
  { source, name, text }: Asked,
  root: Descriptor,
  options: Parameters<BaseLookup>[1],
): Promise<BaseImage> {
  const content = source.content(name);
  const { document } = await readManifest(root, content, options);
  if (document.kind === 'index') {
    const children = document.manifests.filter((child) => !isAttestation(child));
    return { kind: 'index', platforms: children.flatMap(({ platform }) => platform ?? []) };
  }
  const { platform } = await readConfig(document.config, content, options);
  const indexDigest = await indexOfTag(source, text, options);
  return { kind: 'manifest', platforms: [platform], ...(indexDigest !== undefined && { indexDigest }) };
}

/** The digest that the tag beside a digest has now, where that is an index. */
async function indexOfTag(
  source: RegistrySource,
  text: string,
  options: Parameters<BaseLookup>[1],
): Promise<string | undefined> {
  const [tagged = ''] = text.split('@');
  if (tagged.lastIndexOf(':') <= tagged.lastIndexOf('/')) return undefined;
  const name = parseReference(tagged);
  const found = await source.resolve(name, options);
  if (found === undefined) return undefined;
  const { document } = await readManifest(found, source.content(name), options);
  return document.kind === 'index' ? found.digest : undefined;
}
