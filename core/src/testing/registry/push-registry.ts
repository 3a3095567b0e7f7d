import type { TargetImage, TransferOptions } from '../../content/index.ts';
import { parseReference, type Descriptor, type ProgressEvent } from '../../model/index.ts';
import { createRegistryClient, RegistryTarget, type RegistryClient } from '../../registry/index.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import type { Fault, FaultAction, FaultMatch } from './registry-faults.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

/** A registry to push to, and a store whose images are pushed. Close it after use. */
export class PushRegistry {
  readonly registry: TestRegistry;
  readonly client: RegistryClient = createRegistryClient({ retry: { baseDelayMs: 1 }, noProgressMs: 400 });
  readonly target: RegistryTarget;
  readonly store: MemoryStore = new MemoryStore();
  /** What pushes report. */
  readonly events: ProgressEvent[] = [];

  private constructor(registry: TestRegistry) {
    this.registry = registry;
    this.target = new RegistryTarget(this.client, registry.host);
  }

  static async start(): Promise<PushRegistry> {
    return new PushRegistry(await startRegistry());
  }

  /** Under the name that `locate` gives. */
  image(name: string, root: Descriptor): TargetImage {
    return { name: this.target.locate(parseReference(name)), root, cells: [] };
  }

  async push(images: readonly TargetImage[], options: TransferOptions = {}): Promise<void> {
    await this.target.store(images, this.store, {
      onProgress: (event) => this.events.push(event),
      ...options,
    });
  }

  fault(action: FaultAction, match: FaultMatch = {}, times = 1): Fault {
    return this.registry.fault({ action, match, times });
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.registry.close();
  }
}
