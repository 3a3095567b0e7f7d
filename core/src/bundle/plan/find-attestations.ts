import { formatPlatform, NOTES, tell } from '../../model/index.ts';
import type { ResolveOptions } from './image-request.ts';
import type { ImageTree } from './image-tree.ts';
import { isResolved, type CellResolution, type ResolvedCell } from './resolve-cell.ts';
import { readAttestation, type Companion } from './resolve-root.ts';

/** A cell and what its name pointed to. */
export interface FoundCell {
  readonly cell: CellResolution;
  readonly tree?: ImageTree;
}

/** The attestations whose subject comes along, each once. */
export async function findAttestations(
  found: readonly FoundCell[],
  options: ResolveOptions,
): Promise<readonly Companion[]> {
  const companions: Companion[] = [];
  const seen = new Set<string>();
  for (const { cell, tree } of found) {
    if (tree === undefined || !isResolved(cell)) continue;
    for (const attestation of tree.attestations.filter(({ subject }) => subject === cell.manifest.digest)) {
      if (seen.has(attestation.manifest.digest)) continue;
      seen.add(attestation.manifest.digest);
      const companion = await readAttestation(attestation, tree, options);
      if (companion === undefined) noteAbsent(cell, attestation.manifest.digest, options);
      else companions.push(companion);
    }
  }
  return companions;
}

function noteAbsent(cell: ResolvedCell, digest: string, options: ResolveOptions): void {
  const told = tell(NOTES, 'attestation-absent', { digest, platform: formatPlatform(cell.platform) });
  options.onProgress?.({ type: 'note', level: 'warning', ...told });
}
