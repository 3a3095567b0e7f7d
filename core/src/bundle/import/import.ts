import { XbundleError } from '../../errors.ts';
import {
  mapConcurrent,
  type FoundImage,
  type ImageTarget,
  type TransferOptions,
} from '../../content/index.ts';
import {
  formatPlatform,
  formatReference,
  type Cell,
  type CellState,
  type Digest,
} from '../../model/index.ts';
import {
  findCell,
  planImport,
  pointsTo,
  stepsToRun,
  type ImportAction,
  type ImportPlan,
  type ImportStep,
} from './import-plan.ts';
import type { AbsentCell, ImportOptions } from './import-selection.ts';
import type { BundleContent } from '../plan/content.ts';
import { openBundle, type BundleReader } from '../open.ts';
import { isIntegrityProblem } from '../verify/problem.ts';
import { verifyBundle } from '../verify/verify.ts';

export interface RunImportOptions extends ImportOptions {
  /** Import what is there of a selection that is not complete; default: INCOMPLETE before anything is moved. */
  readonly allowIncomplete?: boolean | undefined;
}

/** A name as the target, asked after the import, says it is. */
export interface ReceiptName {
  readonly image: string;
  readonly name: string;
  readonly action: ImportAction;
  readonly wanted: Digest;
  readonly found?: Digest;
}

/** A cell as the target, asked after the import, says it is. */
export interface ReceiptCell extends Cell {
  /** The target's name that leads to it. */
  readonly name: string;
}

/** What an import proved. `complete` comes from the target's answers alone (law 9). */
export interface Receipt {
  readonly type: 'application/vnd.xbundle.receipt.v1+json';
  readonly bundle: { readonly id: Digest; readonly name?: string; readonly version?: string };
  readonly target: { readonly kind: string; readonly label: string };
  readonly complete: boolean;
  readonly names: readonly ReceiptName[];
  readonly cells: readonly ReceiptCell[];
}

/**
 * Opens a bundle after verifying every byte of it, before anything touches a target. Throws DIGEST_MISMATCH or
 * BUNDLE_INVALID, naming the first problems, when its bytes are not what they should be. Close it after use.
 */
export async function openVerified(path: string, options: TransferOptions = {}): Promise<BundleReader> {
  const { problems, id } = await verifyBundle(path, options);
  const broken = problems.filter(isIntegrityProblem);
  if (broken.length === 0) return openSame(path, id);
  const code = broken.every((problem) => problem.code === 'DIGEST') ? 'DIGEST_MISMATCH' : 'BUNDLE_INVALID';
  const list = broken.slice(0, MAX_PROBLEMS).map((problem) => `  ${problem.message}`);
  const rest = broken.length - list.length;
  const more = rest > 0 ? [`  and ${rest} more, which "xbundle verify ${path}" lists`] : [];
  throw new XbundleError(
    code,
    `verifying ${path} before the import: nothing was imported. Copy it again:\n${[...list, ...more].join('\n')}`,
  );
}

/** One damaged stretch of a file can be hundreds of problems. */
const MAX_PROBLEMS = 5;

/** What was verified, not what may have been put in its place since; blobs are verified again when read. */
async function openSame(path: string, id: Digest | undefined): Promise<BundleReader> {
  const bundle = await openBundle(path);
  if (bundle.head.id === id) return bundle;
  await bundle.close();
  throw new XbundleError('BUNDLE_INVALID', `opening ${path}: it was changed while it was being verified`);
}

/**
 * Imports a verified bundle and asks the target what it then has. Throws INCOMPLETE before anything is moved
 * when wanted cells are not in the bundle, EXISTS for names that point elsewhere; a target that does not have
 * what it took gives a receipt that is not complete, never an exception.
 */
export async function importBundle(
  bundle: BundleContent,
  target: ImageTarget,
  options: RunImportOptions = {},
): Promise<Receipt> {
  const plan = await planImport(bundle, target, options);
  return runImport(plan, { bundle, target }, options);
}

export interface ImportSides {
  readonly bundle: BundleContent;
  readonly target: ImageTarget;
}

/** Runs a plan; see `importBundle`. What the plan found to be there already is not moved again. */
export async function runImport(
  plan: ImportPlan,
  { bundle, target }: ImportSides,
  options: RunImportOptions = {},
): Promise<Receipt> {
  refuseIncomplete(plan, bundle, options);
  const steps = stepsToRun(plan);
  if (steps.length > 0) {
    await target.store(
      steps.map((step) => step.target),
      plan.content,
      options,
    );
  }
  options.onProgress?.({ type: 'phase', phase: 'read-back' });
  const answers = await mapConcurrent(
    plan.steps,
    { jobs: 8, signal: options.signal },
    async (step, signal) => ({
      step,
      found: await target.find(step.target.name, { signal }),
    }),
  );
  return toReceipt({ plan, bundle, answers });
}

function refuseIncomplete({ absent }: ImportPlan, bundle: BundleContent, options: RunImportOptions): void {
  if (absent.length === 0 || options.allowIncomplete === true) return;
  const list = absent.map((cell) => `  ${cell.image} for ${cell.platform}: ${cell.reason}`).join('\n');
  throw new XbundleError(
    'INCOMPLETE',
    `importing ${bundle.label}: ${absent.length} wanted cells are not in it, so nothing was imported. Pass --allow-incomplete to import the rest:\n${list}`,
  );
}

interface Answer {
  readonly step: ImportStep;
  readonly found: FoundImage | undefined;
}

interface ReceiptInput {
  readonly plan: ImportPlan;
  readonly bundle: BundleContent;
  readonly answers: readonly Answer[];
}

function toReceipt({ plan, bundle, answers }: ReceiptInput): Receipt {
  const { name, version } = bundle.index;
  const cells = [...answers.flatMap(receiptCells), ...plan.absent.map(absentCell)];
  return {
    type: 'application/vnd.xbundle.receipt.v1+json',
    bundle: {
      id: bundle.id,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
    },
    target: { kind: plan.facts.kind, label: plan.facts.label },
    complete: cells.length > 0 && cells.every((cell) => cell.state === 'present'),
    names: answers.map(receiptName),
    cells,
  };
}

function receiptName({ step, found }: Answer): ReceiptName {
  return {
    image: step.image,
    name: formatReference(step.target.name),
    action: step.action,
    wanted: step.target.root.digest,
    ...(found !== undefined && { found: found.root }),
  };
}

function receiptCells({ step, found }: Answer): readonly ReceiptCell[] {
  const name = formatReference(step.target.name);
  return step.target.cells.map((cell) => {
    const have = found === undefined ? undefined : findCell(found, cell);
    const leads = found !== undefined && pointsTo(found, step.target);
    const state: CellState = have === undefined ? 'missing' : have.complete && leads ? 'present' : 'wrong';
    const reason = state === 'present' ? undefined : whyNot(found, step, have !== undefined);
    return {
      image: step.image,
      name,
      platform: formatPlatform(cell.platform),
      state,
      ...(reason !== undefined && { reason }),
      digest: cell.manifest.digest,
      config: cell.config.digest,
    };
  });
}

function whyNot(found: FoundImage | undefined, step: ImportStep, has: boolean): string {
  if (found === undefined) return 'the target does not have the name';
  if (step.action === 'skip') return `the name was kept as it is, ${found.root}`;
  if (!has) return `the name leads to ${found.root}, which does not have this platform`;
  return `the target says that its content is not whole`;
}

function absentCell({ image, platform, reason }: AbsentCell): ReceiptCell {
  return { image, name: image, platform, state: 'missing', reason };
}
