import {
  DockerfileParser,
  From,
  ModifiableInstruction,
  type Dockerfile,
  type Instruction,
} from 'dockerfile-ast';
import type { DockerfileFacts, DockerfileStage } from '../facts.ts';

/** Frontends that read Dockerfiles; every other gives its text a meaning of its own. */
const OWN_FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/** What of a Dockerfile decides where its steps run; undefined when another frontend than Dockerfile's reads it. */
export function parseDockerfile(text: string): DockerfileFacts | undefined {
  const dockerfile = DockerfileParser.parse(text);
  const syntax = dockerfile
    .getDirectives()
    .find((directive) => directive.getName().toLowerCase() === 'syntax');
  if (syntax !== undefined && !OWN_FRONTEND.test(syntax.getValue())) return undefined;
  return { args: globalArgs(dockerfile), stages: readStages(dockerfile) };
}

function globalArgs(dockerfile: Dockerfile): DockerfileFacts['args'] {
  const entries = dockerfile
    .getInitialARGs()
    .flatMap((arg) => arg.getProperties())
    .map((property) => [property.getName(), property.getValue() ?? undefined] as const);
  return Object.fromEntries(entries);
}

interface OpenStage extends Omit<DockerfileStage, 'runs' | 'from'> {
  readonly runs: number[];
  readonly from: string[];
}

function readStages(dockerfile: Dockerfile): readonly DockerfileStage[] {
  const stages: OpenStage[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword();
    if (instruction instanceof From) stages.push(openStage(instruction));
    const stage = stages.at(-1);
    if (stage === undefined) continue;
    if (keyword === 'RUN') stage.runs.push(lineOf(instruction));
    if (keyword === 'RUN' || keyword === 'COPY') stage.from.push(...sourcesOf(instruction));
  }
  return stages;
}

function openStage(from: From): OpenStage {
  const name = from.getBuildStage()?.toLowerCase();
  const platform = from.getPlatformFlag()?.getValue() ?? undefined;
  return {
    ...(name !== undefined && { name }),
    base: unquote(from.getImage() ?? ''),
    ...(platform !== undefined && { platform: unquote(platform) }),
    line: lineOf(from),
    runs: [],
    from: [],
  };
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

/** `COPY --from=X` and `RUN --mount=…,from=X`. */
function sourcesOf(instruction: Instruction): readonly string[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  return instruction.getFlags().flatMap((flag) => {
    const value = flag.getValue() ?? '';
    if (flag.getName() === 'from') return [unquote(value)];
    return flag.getName() === 'mount' ? [/(?:^|,)from=([^,]+)/.exec(value)?.[1] ?? []].flat() : [];
  });
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1;
}
