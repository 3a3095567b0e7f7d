import type { SourceText } from '../source-text.ts';
import { escapeOf, readDirectives } from './directives.ts';
import { parseInstruction } from './parse-instruction.ts';
import { splitInstructions } from './split-instructions.ts';
import type { Comment, DockerfileTree, Instruction, Stage } from './tree.ts';

/**
 * The instructions of a Dockerfile by stage. Never fails: what is no Dockerfile gives a tree without stages, and
 * what follows a mistake is read as far as BuildKit would.
 */
export function parseDockerfile({ text }: Pick<SourceText, 'text'>): DockerfileTree {
  const directives = readDirectives(text);
  const escape = escapeOf(directives);
  const { pieces, comments } = splitInstructions(text, escape);
  const instructions = pieces.map((piece) => parseInstruction(piece, { text, escape }));
  const firstFrom = instructions.findIndex(isFrom);
  return {
    escape,
    directives,
    globals: instructions
      .slice(0, firstFrom === -1 ? instructions.length : firstFrom)
      .filter(({ keyword }) => keyword === 'ARG'),
    stages: firstFrom === -1 ? [] : readStages(instructions.slice(firstFrom)),
    comments: comments.map(({ start, end }): Comment => {
      return { start, end, text: text.slice(start, end).replace(/^#\s*/, '') };
    }),
  };
}

function isFrom({ keyword }: Instruction): boolean {
  return keyword === 'FROM';
}

function readStages(instructions: readonly Instruction[]): readonly Stage[] {
  const starts = instructions.flatMap((instruction, at) => (isFrom(instruction) ? [at] : []));
  return starts.flatMap((start, index) => {
    const from = instructions[start];
    const base = from?.words[0];
    if (from === undefined || base === undefined) return [];
    const [as, name] = from.words.slice(1);
    const platform = from.flags.find((flag) => flag.name === 'platform');
    const own = instructions.slice(start + 1, starts[index + 1] ?? instructions.length);
    return [
      {
        index,
        from,
        base,
        instructions: own,
        triggers: own.flatMap(({ trigger }) => trigger ?? []),
        ...(as?.text.toLowerCase() === 'as' && name !== undefined && { name: name.text.toLowerCase() }),
        ...(platform !== undefined && { platform }),
      },
    ];
  });
}
