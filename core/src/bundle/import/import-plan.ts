import { XbundleError } from '../../errors.ts';
import {
  mapConcurrent,
  withDocuments,
  type BlobSource,
  type FoundImage,
  type ImageTarget,
  type TargetCell,
  type TargetFacts,
  type TargetImage,
} from '../../content/index.ts';
import { formatReference, type Digest } from '../../model/index.ts';
import {
  chooseCells,
  chosenImages,
  namesFor,
  type AbsentCell,
  type ImportOptions,
  type WantedName,
} from './import-selection.ts';
import type { BundleContent } from '../plan/content.ts';

/**
 * `create`: the name is free. `overwrite`: it points elsewhere and will not any more. `repair`: it points to the
 * right thing, parts of which are absent. `present`: all is there. `skip`: it points elsewhere and stays.
 */
export type ImportAction = 'create' | 'overwrite' | 'repair' | 'present' | 'skip';

/** One name to set in the target. */
export interface ImportStep {
  /** The bundle's name of the image. */
  readonly image: string;
  readonly action: ImportAction;
  readonly target: TargetImage;
  /** What the name points to before the import. */
  readonly existing?: Digest;
}

/** What an import will do; what `--dry-run` prints. */
export interface ImportPlan {
  readonly facts: TargetFacts;
  readonly steps: readonly ImportStep[];
  readonly absent: readonly AbsentCell[];
  /** The bundle and the indexes made for this import. */
  readonly content: BlobSource;
}

/** Asks the target what it has and decides name by name. Changes nothing. Throws EXISTS as `onExistingTag` says. */
export async function planImport(
  bundle: BundleContent,
  target: ImageTarget,
  options: ImportOptions = {},
): Promise<ImportPlan> {
  options.onProgress?.({ type: 'phase', phase: 'resolve' });
  const facts = await target.facts(options);
  const made = new Map<Digest, Uint8Array>();
  const absent: AbsentCell[] = [];
  const wanted = chosenImages(bundle, options.images).flatMap(({ name, image }) => {
    const choice = chooseCells({ bundle, name, facts, options });
    absent.push(...choice.absent);
    return image === undefined ? [] : namesFor({ bundle, image, facts, options }, choice.cells, made);
  });
  const placed = placeNames(wanted, target);
  const steps = await mapConcurrent(placed, { jobs: 8, signal: options.signal }, async (each, signal) => {
    const found = await target.find(each.target.name, { signal });
    return { ...each, ...decide(each, found, options) };
  });
  return { facts, steps, absent, content: withDocuments(bundle, made) };
}

/** Each name as the target has it. Throws USAGE when two things of the bundle would land under one name. */
function placeNames(wanted: readonly WantedName[], target: ImageTarget): readonly WantedName[] {
  const byName = new Map<string, WantedName>();
  for (const each of wanted) {
    const name = target.locate(each.target.name);
    const text = formatReference(name);
    const other = byName.get(text);
    if (other !== undefined && other.target.root.digest !== each.target.root.digest) {
      throw new XbundleError(
        'USAGE',
        `importing ${each.image}: it and ${other.image} would both be ${text}. Import them one at a time with --image, each to its own prefix`,
      );
    }
    byName.set(text, { ...each, target: { ...each.target, name } });
  }
  return [...byName.values()];
}

function decide(
  { target, image }: WantedName,
  found: FoundImage | undefined,
  { onExistingTag = 'error' }: ImportOptions,
): { readonly action: ImportAction; readonly existing?: Digest } {
  if (found === undefined) return { action: 'create' };
  const existing = found.root;
  if (pointsTo(found, target)) return { action: isWhole(found, target) ? 'present' : 'repair', existing };
  if (onExistingTag !== 'error') return { action: onExistingTag, existing };
  throw new XbundleError(
    'EXISTS',
    `importing ${image}: ${formatReference(target.name)} exists and is ${existing}, the bundle has ${target.root.digest}. Pass --on-existing-tag=overwrite to replace it, or skip to keep it`,
  );
}

/** A store without indexes knows an image by its config. */
export function pointsTo(found: FoundImage, { root, cells }: TargetImage): boolean {
  return found.root === root.digest || (cells.length === 1 && found.root === cells[0]?.config.digest);
}

function isWhole(found: FoundImage, target: TargetImage): boolean {
  return target.cells.every((cell) => findCell(found, cell)?.complete === true);
}

/** What the target has of a cell: the same manifest, or where it keeps none, the same config. */
export function findCell(
  found: FoundImage,
  { manifest, config }: TargetCell,
): FoundImage['cells'][number] | undefined {
  return found.cells.find(
    (cell) =>
      cell.manifest === manifest.digest || (cell.manifest === undefined && cell.config === config.digest),
  );
}

/** The steps that move something. */
export function stepsToRun(plan: ImportPlan): readonly ImportStep[] {
  return plan.steps.filter(({ action }) => action !== 'present' && action !== 'skip');
}
