import { XbundleError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { FileFacts, LayerEntry, LayerListing } from './layer-listing.ts';

/** A regular file of an image and the layer that made it. */
export interface TreeFile {
  readonly kind: 'file';
  readonly facts: FileFacts;
  /** Position in the image's list of layers. */
  readonly layer: number;
}

interface TreeLink {
  readonly kind: 'symlink';
  readonly target: string;
}

interface TreeDirectory {
  readonly kind: 'directory';
  readonly children: Map<string, TreeNode>;
}

export type TreeNode = TreeFile | TreeLink | TreeDirectory;

/** What a path was found to be: `path` is where it really is, without a leading slash. */
export interface Found<T extends TreeNode = TreeNode> {
  readonly path: string;
  readonly node: T;
}

/** As Linux: a chain of more symbolic links is a loop. */
const SYMLINKS = 40;

/** The files that a container sees: layers put on each other, lowest first. */
export class FileTree {
  readonly #root: TreeDirectory = directory();
  #steps = 0;

  /** Applies a layer on what is there, as containerd and overlayfs do. LIMIT_EXCEEDED for links without end. */
  apply(listing: LayerListing, layer: number): void {
    // Marks speak of the layers below, whatever the order of entries in the tar.
    for (const path of listing.opaque) this.#empty(path);
    for (const path of listing.whiteouts) this.#remove(path);
    const plain = new Map<FileFacts, TreeFile>();
    for (const [path, entry] of listing.entries) this.#put(path, entry, { layer, plain });
  }

  /** What a path leads to, symbolic links followed; undefined when it leads nowhere. */
  resolve(path: string): Found | undefined {
    return this.#walk(path);
  }

  /** The regular file that a path leads to. */
  resolveFile(path: string): Found<TreeFile> | undefined {
    const found = this.resolve(path);
    return found?.node.kind === 'file' ? { path: found.path, node: found.node } : undefined;
  }

  /** The names in the directory that a path leads to, sorted, with what they are; none when it is no directory. */
  list(path: string): readonly Found[] {
    return childrenOf(this.resolve(path));
  }

  /** Every regular file by its own path, sorted by directory; symbolic links are not followed. */
  *files(): Generator<Found<TreeFile>, void, undefined> {
    const stack: Found[] = [{ path: '', node: this.#root }];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at.node.kind === 'file') yield { path: at.path, node: at.node };
      if (at.node.kind === 'directory') stack.push(...childrenOf(at).reverse());
    }
  }

  #put(path: string, entry: LayerEntry, made: Made): void {
    const { parent, name } = this.#parent(path);
    const there = parent.children.get(name);
    if (entry.kind === 'directory') {
      if (there?.kind !== 'directory') parent.children.set(name, directory());
    } else if (entry.kind === 'symlink') {
      parent.children.set(name, { kind: 'symlink', target: entry.target });
    } else {
      const file = entry.kind === 'file' ? toFile(entry.facts, made) : this.#linked(entry.target);
      if (file !== undefined) parent.children.set(name, file);
    }
  }

  /** A hard link is the file it was made from, in the layer of that. */
  #linked(target: string): TreeNode | undefined {
    const { parent, name } = this.#parent(target);
    const node = parent.children.get(name);
    return node?.kind === 'directory' ? undefined : node;
  }

  /** The directory of an entry: made where it is not there, and found through links as a kernel finds it. */
  #parent(path: string): { readonly parent: TreeDirectory; readonly name: string } {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (slash === -1) return { parent: this.#root, name };
    const folder = path.slice(0, slash);
    const found = this.#walk(folder);
    if (found?.node.kind === 'directory') return { parent: found.node, name };
    const made = this.#parent(folder);
    const parent = directory();
    made.parent.children.set(made.name, parent);
    return { parent, name };
  }

  #empty(path: string): void {
    const found = path === '' ? { path, node: this.#root } : this.#walk(path);
    if (found?.node.kind === 'directory') found.node.children.clear();
  }

  #remove(path: string): void {
    const slash = path.lastIndexOf('/');
    const found = slash === -1 ? { node: this.#root } : this.#walk(path.slice(0, slash));
    if (found?.node.kind === 'directory') found.node.children.delete(path.slice(slash + 1));
  }

  /** Long chains of links, followed for every entry, would take longer than anyone waits. */
  #count(): void {
    if (++this.#steps <= LIMITS.pathSteps) return;
    throw new XbundleError(
      'LIMIT_EXCEEDED',
      `merging layers: more than ${LIMITS.pathSteps} steps along paths`,
    );
  }

  #walk(path: string): Found | undefined {
    const waiting = path.split('/').reverse();
    const trail: Found[] = [{ path: '', node: this.#root }];
    for (let links = 0; waiting.length > 0;) {
      const part = waiting.pop() ?? '';
      this.#count();
      if (isStay(part)) continue;
      if (part === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const next = child(trail.at(-1), part);
      if (next === undefined) return undefined;
      if (next.node.kind !== 'symlink') trail.push(next);
      else if (++links > SYMLINKS) return undefined;
      else follow(next.node, { waiting, trail });
    }
    return trail.at(-1);
  }
}

function isStay(part: string): boolean {
  return part === '' || part === '.';
}

interface Walk {
  /** Parts of the path still to go, the next one last. */
  readonly waiting: string[];
  /** The directories on the way, the root first. */
  readonly trail: Found[];
}

function follow({ target }: TreeLink, { waiting, trail }: Walk): void {
  if (target.startsWith('/')) trail.splice(1);
  waiting.push(...target.split('/').reverse());
}

/** Where an entry comes from, and the nodes that its layer's facts have become: plain files share one. */
interface Made {
  readonly layer: number;
  readonly plain: Map<FileFacts, TreeFile>;
}

function toFile(facts: FileFacts, { layer, plain }: Made): TreeFile {
  const known = plain.get(facts);
  if (known !== undefined) return known;
  const file: TreeFile = { kind: 'file', facts, layer };
  if (facts.binary === undefined && facts.text === undefined) plain.set(facts, file);
  return file;
}

function child(parent: Found | undefined, name: string): Found | undefined {
  if (parent?.node.kind !== 'directory') return undefined;
  const node = parent.node.children.get(name);
  return node === undefined ? undefined : { path: join(parent.path, name), node };
}

function childrenOf(found: Found | undefined): Found[] {
  if (found?.node.kind !== 'directory') return [];
  return [...found.node.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, node]) => ({ path: join(found.path, name), node }));
}

function directory(): TreeDirectory {
  return { kind: 'directory', children: new Map() };
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
