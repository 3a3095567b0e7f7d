import {
  isIndexType,
  isManifestType,
  isSchema1Type,
  MANIFEST_MEDIA_TYPES,
  MEDIA_TYPES,
  type Descriptor,
  type Reference,
} from '../model/index.ts';
import type { RegistryConnection } from './connection.ts';

/** Schema 1 is asked for last, so that it is recognised and refused by its name. */
const ACCEPT: string = [
  ...MANIFEST_MEDIA_TYPES,
  MEDIA_TYPES.dockerSchema1Signed,
  MEDIA_TYPES.dockerSchema1,
].join(', ');

/** Headers that make a registry give a manifest as it is stored instead of converting it. */
export const MANIFEST_HEADERS: Readonly<Record<string, string>> = { accept: ACCEPT };

/** One repository of a registry: its URLs and scopes. */
export class Repository {
  readonly connection: RegistryConnection;
  readonly path: string;

  constructor(connection: RegistryConnection, path: string) {
    this.connection = connection;
    this.path = path;
  }

  /** `host/path`, for messages. */
  get name(): string {
    return `${this.connection.host}/${this.path}`;
  }

  get pull(): readonly string[] {
    return [`repository:${this.path}:pull`];
  }

  get push(): readonly string[] {
    return [`repository:${this.path}:pull,push`];
  }

  manifestUrl(tagOrDigest: string): URL {
    return this.connection.endpoint(`/v2/${this.path}/manifests/${tagOrDigest}`);
  }

  blobUrl(blob: Descriptor): URL {
    return this.connection.endpoint(`/v2/${this.path}/blobs/${blob.digest}`);
  }

  uploadsUrl(query: Readonly<Record<string, string>> = {}): URL {
    const url = this.connection.endpoint(`/v2/${this.path}/blobs/uploads/`);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  /** Where the content of a descriptor is read, and with which headers. */
  contentOf(content: Descriptor): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
    if (!isManifest(content)) return { url: this.blobUrl(content), headers: {} };
    return { url: this.manifestUrl(content.digest), headers: MANIFEST_HEADERS };
  }
}

/** Whether a registry keeps this content among its manifests. */
export function isManifest({ mediaType }: Descriptor): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType) || isSchema1Type(mediaType);
}

/** What a reference is called in a registry: its digest where it has one (law 1). */
export function manifestKey({ digest, tag = 'latest' }: Reference): string {
  return digest ?? tag;
}
