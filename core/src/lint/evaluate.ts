import type { Platform } from '../model/index.ts';
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts';
import { evaluateScopes } from './scope/scopes.ts';
import { createSourceText } from './source-text.ts';

export interface EvaluateOptions {
  readonly target: Platform;
  readonly build: Platform;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** What one instruction sees. */
export interface SeenValues {
  readonly keyword: string;
  /** Of the instruction, counted from 1. */
  readonly line: number;
  /** The stage it stands in, counted from 0. */
  readonly stage: number;
  /** ARG and ENV that have a value there; what a base image sets is not known. */
  readonly values: Readonly<Record<string, string>>;
  /** The words after its flags, with variables put in; of RUN, whose shell does that, as they are written. */
  readonly words: readonly string[];
}

/** Predicts which values every instruction of a Dockerfile sees when BuildKit builds it for one platform. */
export function evaluateDockerfile(text: string, options: EvaluateOptions): readonly SeenValues[] {
  const source = createSourceText(text);
  const tree = parseDockerfile(source);
  const scopes = evaluateScopes(tree, options);
  return tree.stages.flatMap(({ index, instructions }) =>
    instructions.map((instruction) => ({
      keyword: instruction.keyword,
      line: source.positionAt(instruction.start).line,
      stage: index,
      values: Object.fromEntries(
        [...scopes.before(instruction)].flatMap(([name, { value }]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
      words: instruction.words.map((word) =>
        instruction.keyword === 'RUN' ? word.text : scopes.expand(word.text, instruction),
      ),
    })),
  );
}
