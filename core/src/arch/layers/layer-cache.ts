import { LIMITS } from '../../limits.ts';
import type { Digest } from '../../model/index.ts';
import type { LayerListing } from './layer-listing.ts';

/**
 * Listings by layer, so that what images share is read once. The oldest are forgotten beyond
 * `LIMITS.keptLayerEntries`: reading one again costs time, never a wrong answer.
 */
export class LayerCache {
  readonly #listings = new Map<Digest, Promise<LayerListing>>();
  readonly #sizes = new Map<Digest, number>();
  #entries = 0;

  /** The listing of a layer, from `read` unless it is known or on its way. */
  async get(digest: Digest, read: () => Promise<LayerListing>): Promise<LayerListing> {
    const known = this.#listings.get(digest);
    if (known !== undefined) return known;
    const reading = read();
    this.#listings.set(digest, reading);
    try {
      const listing = await reading;
      this.#keep(digest, listing.entries.length);
      return listing;
    } catch (error) {
      // The next one, whose signal may still stand, tries for itself.
      this.#listings.delete(digest);
      throw error;
    }
  }

  #keep(digest: Digest, entries: number): void {
    this.#sizes.set(digest, entries);
    this.#entries += entries;
    for (const [oldest, size] of this.#sizes) {
      if (this.#entries <= LIMITS.keptLayerEntries) return;
      this.#sizes.delete(oldest);
      this.#listings.delete(oldest);
      this.#entries -= size;
    }
  }
}
