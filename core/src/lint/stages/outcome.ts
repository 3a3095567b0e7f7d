import type { StageFacts } from './stage-facts.ts';
import { withParents } from './stage-facts.ts';

/** A COPY that takes from a stage, and the stage that has it. */
export interface Taken {
  readonly by: StageFacts;
  readonly sources: readonly string[];
}

/** What the result takes from a stage or those made from it: COPY in needed stages that run on the target. */
export function takenFrom(stage: StageFacts, stages: readonly StageFacts[]): readonly Taken[] {
  return stages
    .filter(({ isNeeded, runsOn }) => isNeeded && runsOn.kind === 'target')
    .flatMap((by) =>
      by.copies
        .filter((copied) => copied.stage !== undefined && withParents(copied.stage).includes(stage))
        .map(({ sources }) => ({ by, sources })),
    );
}

/** Whether files of a stage get into the image: it is part of it, or a target stage copies from it. */
export function reachesImage(stage: StageFacts, stages: readonly StageFacts[]): boolean {
  return stage.ships || takenFrom(stage, stages).length > 0;
}

/** Whether a path that a step writes may be among what is taken; a path with variables may always. */
export function mayBeTaken(path: string | undefined, taken: readonly Taken[]): boolean {
  if (path === undefined || /[$*?`]/.test(path)) return taken.length > 0;
  return taken.some(({ sources }) => sources.some((source) => overlaps(path, source)));
}

function overlaps(path: string, source: string): boolean {
  if (/[$*?[]/.test(source)) return true;
  const [one, other] = [parts(path), parts(source)];
  if (other.length === 0) return true;
  // A relative path is below some WORKDIR: its last parts decide.
  if (!path.startsWith('/') || !source.startsWith('/'))
    return one.at(-1) === other.at(-1) || one.some((part) => part === other.at(-1));
  return other.every((part, at) => one[at] === undefined || one[at] === part);
}

function parts(path: string): readonly string[] {
  return path
    .replace(/["']/g, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
}
