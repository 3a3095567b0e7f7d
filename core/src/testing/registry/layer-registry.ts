import { collect } from '../../content/index.ts';
import { parseReference, type Descriptor, type ProgressEvent, type Reference } from '../../model/index.ts';
import { createRegistryClient, RegistrySource, type RegistryOptions } from '../../registry/index.ts';
import { layerOfVirtual } from '../images/layers.ts';
import { createImage, type TestImage } from '../images/random-image.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { Fault, FaultAction, FaultMatch } from './registry-faults.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { virtualBlob } from '../images/test-blob.ts';

export interface LayerRegistryOptions {
  readonly layerBytes: number;
  readonly auth?: RegistryAuth | undefined;
}

/** A registry that has `team/app:v1`, an image of one layer, and the clients that read it. Close it after use. */
export class LayerRegistry {
  readonly registry: TestRegistry;
  readonly image: TestImage;
  readonly layer: Descriptor;
  /** What the clients report. */
  readonly events: ProgressEvent[] = [];
  readonly #clients: { close(): Promise<void> }[] = [];

  private constructor(registry: TestRegistry, layerBytes: number) {
    const blob = layerOfVirtual(virtualBlob(layerBytes, 'layer'));
    this.registry = registry;
    this.image = createImage({ platform: 'linux/amd64', layers: [blob] });
    this.layer = blob.descriptor;
    registry.push('team/app', 'v1', this.image);
  }

  static async start({ layerBytes, auth }: LayerRegistryOptions): Promise<LayerRegistry> {
    return new LayerRegistry(await startRegistry(auth === undefined ? {} : { auth }), layerBytes);
  }

  name(suffix = ':v1'): Reference {
    return parseReference(`${this.registry.host}/team/app${suffix}`);
  }

  fault(action: FaultAction, match: FaultMatch = {}, times = 1): Fault {
    return this.registry.fault({ action, match, times });
  }

  /** A source with a client of its own, which does not wait long before it tries again. */
  source(options: RegistryOptions = {}): RegistrySource {
    const client = createRegistryClient({
      retry: { baseDelayMs: 1 },
      onProgress: (event) => this.events.push(event),
      ...options,
    });
    this.#clients.push(client);
    return new RegistrySource(client);
  }

  /** Resolves the image and reads its layer through `source`. */
  async readAll(source: RegistrySource): Promise<void> {
    await source.resolve(this.name());
    await collect(source.content(this.name()).read(this.layer), this.layer.size, 'layer');
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.registry.close();
  }
}
