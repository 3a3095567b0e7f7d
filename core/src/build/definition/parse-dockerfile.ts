import {
  createSourceText,
  parseDockerfileTree,
  readMounts,
  type DockerfileTree,
  type Instruction,
  type SourceText,
  type Stage,
} from '../../lint/index.ts';
import type { DockerfileFacts, DockerfileStage } from '../facts.ts';

/** Frontends that read Dockerfiles; every other gives its text a meaning of its own. */
const OWN_FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/** What of a Dockerfile decides where its steps run; undefined when another frontend than Dockerfile's reads it. */
export function parseDockerfile(text: string): DockerfileFacts | undefined {
  const source = createSourceText(text);
  const tree = parseDockerfileTree(source);
  const syntax = tree.directives.get('syntax');
  if (syntax !== undefined && !OWN_FRONTEND.test(syntax)) return undefined;
  return { args: globalArgs(tree), stages: tree.stages.map((stage) => toStage(stage, source)) };
}

function globalArgs({ globals }: DockerfileTree): DockerfileFacts['args'] {
  const entries = globals
    .flatMap(({ assignments }) => assignments)
    .map(({ name, value }) => [name, value && unquote(value.text)] as const);
  return Object.fromEntries(entries);
}

function toStage({ name, base, platform, from, instructions }: Stage, source: SourceText): DockerfileStage {
  const lineOf = ({ start }: Instruction): number => source.positionAt(start).line;
  return {
    ...(name !== undefined && { name }),
    base: unquote(base.text),
    ...(platform !== undefined && { platform: unquote(platform.value.text) }),
    line: lineOf(from),
    runs: instructions.filter(({ keyword }) => keyword === 'RUN').map(lineOf),
    from: instructions.flatMap(sourcesOf),
  };
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

/** `COPY --from=X` and `RUN --mount=…,from=X`. */
function sourcesOf(instruction: Instruction): readonly string[] {
  const { keyword, flags } = instruction;
  if (keyword === 'RUN') return readMounts(instruction).flatMap(({ options }) => options.get('from') || []);
  if (keyword !== 'COPY') return [];
  return flags.filter(({ name }) => name === 'from').map(({ value }) => unquote(value.text));
}
