import { DockerfileParser } from 'dockerfile-ast';
import type { SourceText } from '../source-text.ts';
import { parseInstruction, toSpan } from './parse-instruction.ts';
import { shortenContinuations } from './shorten.ts';
import type { Comment, DockerfileTree, Instruction, Stage } from './tree.ts';

/**
 * The instructions of a Dockerfile by stage. Never fails: what is no Dockerfile gives a tree without stages, and
 * what follows a mistake is read as far as BuildKit would.
 */
export function parseDockerfile(source: SourceText): DockerfileTree {
  const escape = readEscape(source.text);
  const parsed = DockerfileParser.parse(shortenContinuations(source.text, escape));
  const instructions = parsed.getInstructions().map((each) => parseInstruction(each, { source, escape }));
  const firstFrom = instructions.findIndex(isFrom);
  return {
    escape,
    globals: instructions
      .slice(0, firstFrom === -1 ? instructions.length : firstFrom)
      .filter(({ keyword }) => keyword === 'ARG'),
    stages: firstFrom === -1 ? [] : readStages(instructions.slice(firstFrom)),
    // A comment such as `# a b=c` at the top is taken for a directive, which it is to nobody else.
    comments: [...parsed.getDirectives(), ...parsed.getComments()].map((comment): Comment => {
      const span = toSpan(comment.getRange(), source);
      return { ...span, text: source.slice(span).replace(/^#\s*/, '') };
    }),
  };
}

/** Directives stand among the comments that a file begins with. */
function readEscape(text: string): string {
  const [head = ''] = /^(?:[ \t]*#.*(?:\r?\n|$))*/.exec(text) ?? [];
  return DockerfileParser.parse(head).getEscapeCharacter();
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
