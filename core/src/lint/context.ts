import { formatPlatform, type Platform } from '../model/index.ts';
import { findArchitectures, onlyArchitecture } from './architectures.ts';
import type { Severity } from './finding.ts';
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts';
import { findReferences } from './dockerfile/expand.ts';
import { allInstructions, type DockerfileTree, type Instruction } from './dockerfile/tree.ts';
import { placeCommands, readRuns, type PlacedCommand, type Run } from './stages/runs.ts';
import { isPlatformName } from './scope/platform-names.ts';
import { evaluateScopes, type Scopes } from './scope/scopes.ts';
import { unsetVariables } from './scope/unset-variables.ts';
import type { ShellVariable } from './shell/script.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import { readStageFacts, withParents, type StageFacts } from './stages/stage-facts.ts';

export interface ContextOptions {
  /** Its name may say for which architecture it is. */
  readonly file?: string | undefined;
  readonly platforms?: readonly Platform[] | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
}

/** Everything that rules may look at. */
export interface LintContext {
  readonly source: SourceText;
  readonly tree: DockerfileTree;
  /** Those of the file, and after them what ONBUILD runs in stages and images made from them. */
  readonly stages: readonly StageFacts[];
  /** The RUN steps, with their shell. */
  readonly runs: readonly Run[];
  /** The commands of all RUN steps. */
  readonly commands: readonly PlacedCommand[];
  /** What is seen when the first platform is built. */
  readonly scopes: Scopes;
  /** For another platform; evaluated once for each. */
  scopesFor(target: Platform, build?: Platform): Scopes;
  /** What `unsetVariables` gives for a step when the first platform is built; found once for each. */
  unsetIn(run: Run): readonly ShellVariable[];
  /** What the caller passes. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Asked for; amd64 and arm64 when nothing was. */
  readonly platforms: readonly Platform[];
  readonly platformsAreGiven: boolean;
  /** Built for several platforms: several are asked for, or the file itself speaks of platforms. */
  readonly isMultiPlatform: boolean;
  /** How grave it is that something is fixed to one architecture; undefined where no other is built. */
  fixedTo(architecture: string): Severity | undefined;
}

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
const USUAL: readonly Platform[] = [AMD64, { os: 'linux', architecture: 'arm64' }];

/** Reads a Dockerfile once for all rules. */
export function createContext(text: string, options: ContextOptions = {}): LintContext {
  const source = createSourceText(text);
  const tree = parseDockerfile(source);
  const { platforms = USUAL, buildArgs } = options;
  const stages = readStageFacts(tree, options);
  const runs = readRuns(stages);
  const scopesFor = rememberScopes((target, build) => evaluateScopes(tree, { target, build, buildArgs }));
  const scopes = scopesFor(platforms[0] ?? AMD64);
  const unset = new Map<Run, readonly ShellVariable[]>();
  const platformsAreGiven = options.platforms !== undefined;
  const meantFor = onlyArchitecture(basename(options.file ?? ''))?.architecture;
  const isMultiPlatform = platformsAreGiven ? platforms.length > 1 : speaksOfPlatforms(tree);
  return {
    source,
    tree,
    stages,
    runs,
    commands: placeCommands(runs),
    scopes,
    scopesFor,
    unsetIn: (run) => {
      const known = unset.get(run) ?? unsetVariables(run, scopes);
      unset.set(run, known);
      return known;
    },
    platforms,
    buildArgs: buildArgs ?? {},
    platformsAreGiven,
    isMultiPlatform,
    fixedTo: (architecture) => {
      if (platforms.every((platform) => platform.architecture === architecture)) return undefined;
      if (architecture === meantFor) return 'info';
      if (platformsAreGiven) return 'error';
      return isMultiPlatform ? 'warning' : 'info';
    },
  };
}

function rememberScopes(evaluate: (target: Platform, build: Platform) => Scopes): LintContext['scopesFor'] {
  const known = new Map<string, Scopes>();
  return (target, build = AMD64) => {
    const key = `${formatPlatform(target)} ${formatPlatform(build)}`;
    const scopes = known.get(key) ?? evaluate(target, build);
    known.set(key, scopes);
    return scopes;
  };
}

/** The last part of a path of any system. */
function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Whether the file names a platform variable, in FROM lines, ARGs or anywhere else. */
function speaksOfPlatforms(tree: DockerfileTree): boolean {
  return allInstructions(tree).some((instruction) => namesPlatformVariable(instruction, tree.escape));
}

function namesPlatformVariable({ assignments, flags, text }: Instruction, escape: string): boolean {
  if (assignments.some(({ name }) => isPlatformName(name))) return true;
  const all = [...flags.map(({ value }) => value.text), text].join(' ');
  return findReferences(all, 0, { escape, quotesAreText: true }).some(({ name }) => isPlatformName(name));
}

/** Whether a stage is meant for one architecture: its name says so, or `--platform` does. */
export function isForOneArchitecture(facts: StageFacts): boolean {
  return withParents(facts).some(
    ({ stage, runsOn }) =>
      runsOn.kind === 'constant' ||
      (stage.name !== undefined && findArchitectures(stage.name.replace(/_/g, '-')).length > 0) ||
      /(amd|arm|x86)_?(64|v\d)?$/.test(stage.name ?? ''),
  );
}
