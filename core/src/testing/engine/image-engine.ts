import type { ServerResponse } from 'node:http';
import { parseManifest, type Descriptor, type Digest } from '../../model/index.ts';
import { layoutFiles, tarOfFiles } from '../images/image-archives.ts';
import type { TestContent, TestImage } from '../images/random-image.ts';
import { startScriptedEngine, type ScriptedEngine } from './scripted-engine.ts';

export interface EngineHolding {
  readonly content: TestContent | TestImage;
  /** What the engine says it lacks, and leaves out of a save. */
  readonly without?: readonly Digest[];
}

/** A Docker Engine with a containerd store that has these images, by their fully qualified names. */
export function startImageEngine(images: Readonly<Record<string, EngineHolding>>): Promise<ScriptedEngine> {
  const holdings = new Map(Object.entries(images));
  return startScriptedEngine((_, response, url) => {
    const path = decodeURIComponent(url.pathname);
    if (path === '/info') response.end(JSON.stringify(INFO));
    else if (path === '/images/get') save(holdings, url.searchParams.getAll('names'), response);
    else describeImage(holdings.get(path.replace(/^\/images\/|\/json$/g, '')), response);
  });
}

const INFO = {
  ServerVersion: '28.5.2',
  OSType: 'linux',
  Architecture: 'x86_64',
  DockerRootDir: '/var/lib/docker',
  DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
};

function save(
  holdings: ReadonlyMap<string, EngineHolding>,
  names: readonly string[],
  response: ServerResponse,
): void {
  const listed = names.flatMap((name) => {
    const holding = holdings.get(name);
    const annotations = { 'io.containerd.image.name': name };
    return holding === undefined ? [] : [{ ...holding, annotations }];
  });
  response.end(tarOfFiles(layoutFiles(listed)));
}

function describeImage(holding: EngineHolding | undefined, response: ServerResponse): void {
  if (holding === undefined) {
    response.writeHead(404).end('{"message":"No such image"}');
    return;
  }
  const { content, without = [] } = holding;
  const { manifest } = content;
  const Manifests = childrenOf(content).map((child) => ({
    ID: child.digest,
    Descriptor: child,
    Available: !without.includes(child.digest),
    Kind: child.annotations === undefined ? 'image' : 'attestation',
    ...('platform' in content && { ImageData: { Platform: content.platform } }),
  }));
  response.end(JSON.stringify({ Id: manifest.digest, Descriptor: manifest, Manifests }));
}

function childrenOf({ manifest, blobs }: TestContent): readonly Descriptor[] {
  const bytes = blobs.get(manifest.digest)?.bytes ?? new Uint8Array();
  const document = parseManifest(bytes, manifest.mediaType, 'the image');
  return document.kind === 'index' ? document.manifests : [manifest];
}
