import type { Platform } from '../../model/index.ts';
import { formatPlatform, parsePlatform } from '../../model/index.ts';
import { isXbundleError } from '../../errors.ts';
import type { DockerfileTree, Flag, Instruction, Stage, Word } from '../dockerfile/tree.ts';
import { evaluateGlobals, expandIn } from '../scope/scopes.ts';

/** On which platform the steps of a stage run: the one asked for, that of the building machine, or always one. */
export type StagePlatform =
  | { readonly kind: 'target' }
  | { readonly kind: 'build' }
  | { readonly kind: 'constant'; readonly platform: Platform };

/** Files that a stage takes from another stage or an image. */
export interface Copied {
  readonly instruction: Instruction;
  readonly from: Flag;
  /** The stage, where it is one. */
  readonly stage?: StageFacts;
  /** What is copied, as it is written. */
  readonly sources: readonly string[];
}

export interface StageFacts {
  /** Of what ONBUILD runs: the stage it is kept by, with the triggers as its instructions. */
  readonly stage: Stage;
  readonly runsOn: StagePlatform;
  /** The `--platform` that decides, which may be a parent's. */
  readonly platformFlag?: Flag;
  readonly parent?: StageFacts;
  /** What the FROM line names once variables are put in; of one platform where they differ. */
  readonly base: string;
  readonly copies: readonly Copied[];
  /** The one that is built when nothing else is said, or a parent of it: its files are in the image. */
  readonly ships: boolean;
  readonly isFinal: boolean;
  /** What the result needs, by FROM, COPY or a mount. */
  readonly isNeeded: boolean;
}

export interface StageOptions {
  /** The stage to build; default: the last. */
  readonly target?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
}

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
const ARM64: Platform = { os: 'linux', architecture: 'arm64' };

/** How the stages of a Dockerfile hang together; what ONBUILD runs in others follows as stages of their own. */
export function readStageFacts(tree: DockerfileTree, options: StageOptions): readonly StageFacts[] {
  const valuesFor = (build: Platform, target: Platform): Expand => {
    const globals = evaluateGlobals(tree, { build, target, buildArgs: options.buildArgs });
    return (text) => expandIn(text, globals, tree.escape);
  };
  const probes: Probes = {
    usual: valuesFor(AMD64, AMD64),
    otherTarget: valuesFor(AMD64, ARM64),
    otherBuild: valuesFor(ARM64, AMD64),
  };
  const facts: Facts[] = [];
  for (const stage of tree.stages) facts.push(readStage(stage, facts, probes));
  const wanted = options.target?.toLowerCase();
  const final = facts.find(({ stage }) => stage.name !== undefined && stage.name === wanted) ?? facts.at(-1);
  markNeeded(final);
  for (let stage = final; stage !== undefined; stage = stage.parent) stage.ships = true;
  if (final !== undefined) final.isFinal = true;
  return [...facts, ...facts.flatMap((owner) => readTriggers(owner, facts))];
}

/** What a child of the stage begins with; outside of this file it may be made for any platform. */
function readTriggers(owner: Facts, facts: readonly Facts[]): readonly StageFacts[] {
  const { index, from, base, triggers } = owner.stage;
  if (triggers.length === 0) return [];
  const children = facts.filter(({ parent }) => parent === owner);
  const stage = { index, from, base, instructions: triggers, triggers: [] };
  return [
    {
      stage,
      base: owner.base,
      parent: owner,
      runsOn: children[0]?.runsOn ?? { kind: 'target' },
      copies: readCopies(stage, []),
      ships: [owner, ...children].some(({ ships }) => ships),
      isNeeded: [owner, ...children].some(({ isNeeded }) => isNeeded),
      isFinal: false,
    },
  ];
}

/** The same Dockerfile for other platforms: what differs shows what a word depends on. */
interface Probes {
  readonly usual: Expand;
  readonly otherTarget: Expand;
  readonly otherBuild: Expand;
}

/** The value of a word in a FROM line. */
type Expand = (text: string) => string;

interface Facts extends Omit<StageFacts, 'ships' | 'isFinal' | 'isNeeded' | 'parent' | 'copies'> {
  readonly parent?: Facts;
  readonly copies: readonly (Omit<Copied, 'stage'> & { readonly stage?: Facts })[];
  ships: boolean;
  isFinal: boolean;
  isNeeded: boolean;
}

function readStage(stage: Stage, earlier: readonly Facts[], probes: Probes): Facts {
  const base = probes.usual(stage.base.text);
  const parent = findStage(base, earlier);
  const platformFlag = stage.platform ?? parent?.platformFlag;
  const runsOn = stage.platform === undefined ? parent?.runsOn : classify(stage.platform.value.text, probes);
  return {
    stage,
    base,
    runsOn: runsOn ?? { kind: 'target' },
    copies: readCopies(stage, earlier),
    ships: false,
    isFinal: false,
    isNeeded: false,
    ...(platformFlag !== undefined && { platformFlag }),
    ...(parent !== undefined && { parent }),
  };
}

function findStage(name: string, stages: readonly Facts[]): Facts | undefined {
  return stages.findLast(({ stage }) => stage.name === name.toLowerCase());
}

function classify(text: string, { usual, otherTarget, otherBuild }: Probes): StagePlatform | undefined {
  const value = usual(text);
  if (otherBuild(text) !== value) return { kind: 'build' };
  if (otherTarget(text) !== value || value === '') return { kind: 'target' };
  const platform = readPlatform(value);
  return platform === undefined ? undefined : { kind: 'constant', platform };
}

/** A platform, or undefined for what is none. */
export function readPlatform(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (isXbundleError(error, 'PLATFORM_INVALID')) return undefined;
    throw error;
  }
}

function readCopies(stage: Stage, earlier: readonly Facts[]): Facts['copies'] {
  return stage.instructions.flatMap((instruction) => {
    const from = instruction.flags.find(({ name }) => name === 'from');
    if (!['COPY', 'ADD'].includes(instruction.keyword) || from === undefined) return [];
    const byNumber = /^\d+$/.test(from.value.text) ? earlier[Number(from.value.text)] : undefined;
    const source = byNumber ?? findStage(from.value.text, earlier);
    const sources = instruction.words.slice(0, -1).map(({ text }) => text);
    return [{ instruction, from, sources, ...(source !== undefined && { stage: source }) }];
  });
}

function markNeeded(stage: Facts | undefined): void {
  if (stage === undefined || stage.isNeeded) return;
  stage.isNeeded = true;
  markNeeded(stage.parent);
  for (const copied of stage.copies) markNeeded(copied.stage);
}

/** A stage with those it is made from, the nearest first. */
export function withParents(stage: StageFacts): readonly StageFacts[] {
  return stage.parent === undefined ? [stage] : [stage, ...withParents(stage.parent)];
}

/** The images that a stage takes files from, as they are written: its base, and what it copies from. */
export function namedImages(facts: StageFacts): readonly Word[] {
  const copied = copiedImages(facts);
  return facts.parent === undefined ? [facts.stage.base, ...copied] : copied;
}

/** What `COPY --from` names that is no stage: an image. A plain name may be a build context that the caller gives. */
export function copiedImages({ copies }: StageFacts): readonly Word[] {
  return copies.flatMap(({ stage, from }) =>
    stage === undefined && isImage(from.value.text) ? [from.value] : [],
  );
}

/** Whether a name of `--from` is that of an image; xx has scripts only. */
export function isImage(name: string): boolean {
  return /[/:@]/.test(name) && !/^tonistiigi\/xx\b/.test(name);
}

/** `linux/arm64`, `$BUILDPLATFORM` or `the target platform`. */
export function describePlatform(platform: StagePlatform): string {
  if (platform.kind === 'constant') return formatPlatform(platform.platform);
  return platform.kind === 'build' ? '$BUILDPLATFORM' : 'the target platform';
}
