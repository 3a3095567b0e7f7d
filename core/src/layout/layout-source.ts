import type { Descriptor, Reference } from '../model/index.ts';
import type { BlobSource, CallOptions, ImageSource, SourceKind } from '../content/index.ts';
import type { MadeDocuments } from './made-documents.ts';
import { NamedRoots, type Root } from './named-roots.ts';

/** A source that knows all the images it has. */
export interface LayoutSource extends ImageSource, AsyncDisposable {
  /** Full names of its images, for callers that want all of them. */
  names(): readonly string[];
  /** Images that have no full name (only a tag, or nothing), described by tag, digest or path. */
  unnamed(): readonly string[];
  /** Lets go of open files; reading fails afterwards. */
  close(): Promise<void>;
}

export interface LayoutSourceParts {
  readonly kind: SourceKind;
  readonly label: string;
  readonly roots: readonly Root[];
  readonly content: MadeDocuments;
  close(): Promise<void>;
}

export function createLayoutSource(parts: LayoutSourceParts): LayoutSource {
  return new RootsSource(parts);
}

class RootsSource implements LayoutSource {
  readonly kind: SourceKind;
  readonly label: string;
  readonly #parts: LayoutSourceParts;
  readonly #roots: NamedRoots;

  constructor(parts: LayoutSourceParts) {
    this.kind = parts.kind;
    this.label = parts.label;
    this.#parts = parts;
    this.#roots = new NamedRoots(parts.roots, parts.content, parts.label);
  }

  names(): readonly string[] {
    return this.#roots.names();
  }

  unnamed(): readonly string[] {
    return this.#roots.unnamed();
  }

  resolve(reference: Reference, options?: CallOptions): Promise<Descriptor | undefined> {
    return this.#roots.resolve(reference, options);
  }

  content(): BlobSource {
    return this.#parts.content.source;
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
