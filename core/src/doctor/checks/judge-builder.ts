import { planNewBuilder, useArgs, type BuilderFacts, type BuilderNode } from '../../buildx/index.ts';
import type { BuilderReport, DoctorFacts } from '../facts.ts';
import { suggested, type CommandVector, type DoctorFinding, type DoctorFix } from '../finding.ts';

/** The builder that the fixes make. */
const OWN_BUILDER = 'xbundle';

/** Whether the builder in use can be asked, whether its nodes answer, and what its driver cannot do. */
export function judgeBuilderFacts({ builder, engine }: DoctorFacts): readonly DoctorFinding[] {
  // Without its engine a builder has nothing to say that the engine's finding does not.
  if (builder === undefined || (!builder.found && engine?.reached === false)) return [];
  if (!builder.found) return [brokenBuilder(builder.failure.code, builder.failure.reason)];
  const { facts } = builder;
  if (facts.error !== undefined) {
    return engine?.reached === false ? [] : [brokenBuilder('UNREACHABLE', `${facts.name}: ${facts.error}`)];
  }
  return [
    { code: 'builder', severity: 'ok', subject: facts.name, title: describe(facts) },
    ...facts.nodes.flatMap((node) => judgeNode(node, facts)),
    ...judgeLimits(builder),
  ];
}

function describe({ name, driver, nodes }: BuilderFacts): string {
  return `builder ${name} (${driver}), ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
}

function brokenBuilder(error: DoctorFinding['error'], reason: string): DoctorFinding {
  return {
    code: 'builder',
    severity: 'error',
    ...(error !== undefined && { error }),
    title: `the builder in use cannot be asked: ${reason}`,
    breaks: 'every build that names no other builder',
    fix: suggested(
      'See which builders there are, then choose one with "docker buildx use". Inside a terminal, BUILDX_BUILDER goes before that choice',
      ['docker', 'buildx', 'ls'],
    ),
  };
}

/** Drivers whose nodes buildx starts itself; those of others are either there or not. */
const STARTED_BY_BUILDX: ReadonlySet<string> = new Set(['docker-container', 'kubernetes']);

function judgeNode(
  { name, status, error, endpoint }: BuilderNode,
  facts: BuilderFacts,
): readonly DoctorFinding[] {
  if (status === 'running') return [];
  const common = { code: 'builder-node', subject: name } as const;
  const start = ['docker', 'buildx', 'inspect', '--bootstrap', '--', facts.name];
  if (error === undefined && STARTED_BY_BUILDX.has(facts.driver)) {
    return [
      {
        ...common,
        severity: 'warning',
        title: `node ${name} of ${facts.name} is ${status}`,
        breaks: 'nothing: the next build starts it; until then its platforms are not known',
        fix: { explanation: 'Start it now', commands: [start], undo: [], safe: true },
      },
    ];
  }
  return [
    {
      ...common,
      severity: 'error',
      error: 'UNREACHABLE',
      title: `node ${name} of ${facts.name} at ${endpoint} does not answer: ${error ?? status}`,
      breaks: 'builds for the platforms that this node is for',
      fix: suggested('Start the machine or its BuildKit, or remove the node', [
        ...['docker', 'buildx', 'create', '--leave', '--name', facts.name, '--node', name],
      ]),
    },
  ];
}

function judgeLimits({
  facts,
  names,
}: Extract<BuilderReport, { readonly found: true }>): readonly DoctorFinding[] {
  const { name, driver, features } = facts;
  if (features.ociExporter) return [];
  const lacks = 'no OCI archives, no attestations, no cache export and one platform at a time';
  return [
    {
      code: 'builder-limits',
      severity: 'warning',
      subject: name,
      title: `builder ${name} (${driver}) uses an engine with a classic image store: ${lacks}`,
      breaks:
        '"xbundle build --export" goes through the engine, where digests change; --provenance and --sbom fail',
      ...(driver === 'docker' && { fix: otherBuilder(names) }),
    },
  ];
}

function otherBuilder(names: readonly string[]): DoctorFix {
  const explanation =
    'A BuildKit in a container of its own has none of these limits. Its image, moby/buildkit, is pulled the first time';
  if (names.includes(OWN_BUILDER)) {
    return { explanation, commands: [docker(useArgs(OWN_BUILDER))], undo: [], safe: true };
  }
  const plan = planNewBuilder({
    name: OWN_BUILDER,
    driver: 'docker-container',
    nodes: [],
    start: true,
    use: true,
  });
  const commands = [...plan.create, plan.start, plan.use].filter((args) => args !== undefined).map(docker);
  return { explanation, commands, undo: plan.undo.map(docker), safe: true };
}

function docker(args: readonly string[]): CommandVector {
  return ['docker', 'buildx', ...args];
}
