import { z } from 'zod';
import type { ResponseOf } from '../contract.ts';

type Statement = Pick<ResponseOf<'attestation'>, 'predicateType' | 'provenance' | 'sbom'>;
type Provenance = NonNullable<Statement['provenance']>;
type Sbom = NonNullable<Statement['sbom']>;

const text = z.string().max(10_000).catch('');
const texts = z.record(z.string(), z.unknown()).catch({});
const materials = z
  .array(z.looseObject({ uri: text, digest: texts.optional() }))
  .max(10_000)
  .catch([]);

/** SLSA 0.2, as BuildKit writes it by default before 0.31. */
const slsa02 = z.looseObject({
  builder: z.looseObject({ id: text.optional() }).optional(),
  buildType: text.optional(),
  materials: materials.optional(),
  invocation: z
    .looseObject({
      configSource: z.looseObject({ uri: text.optional(), digest: texts.optional() }).optional(),
      parameters: z.looseObject({ args: texts.optional() }).optional(),
      environment: z.looseObject({ platform: text.optional() }).optional(),
    })
    .optional(),
  metadata: z.looseObject({ buildStartedOn: text.optional(), buildFinishedOn: text.optional() }).optional(),
});

/** SLSA 1. */
const slsa1 = z.looseObject({
  buildDefinition: z.looseObject({
    buildType: text.optional(),
    externalParameters: z
      .looseObject({
        configSource: z.looseObject({ uri: text.optional(), digest: texts.optional() }).optional(),
        request: z.looseObject({ args: texts.optional() }).optional(),
      })
      .optional(),
    internalParameters: z.looseObject({ builderPlatform: text.optional() }).optional(),
    resolvedDependencies: materials.optional(),
  }),
  runDetails: z
    .looseObject({
      builder: z.looseObject({ id: text.optional() }).optional(),
      metadata: z.looseObject({ startedOn: text.optional(), finishedOn: text.optional() }).optional(),
    })
    .optional(),
});

const spdx = z.looseObject({
  spdxVersion: z.string(),
  packages: z.array(
    z.looseObject({
      name: text,
      versionInfo: text.optional(),
      licenseDeclared: text.optional(),
      primaryPackagePurpose: text.optional(),
    }),
  ),
});

const statement = z.looseObject({ predicateType: z.string(), predicate: z.unknown() });

const MAX_PACKAGES = 2_000;

/** What is readable of an in-toto statement. Never throws: what a statement does not say is left out. */
export function readStatement(value: unknown, announced: string): Statement {
  const { data } = statement.safeParse(value);
  const predicateType = data?.predicateType ?? announced;
  const provenance = readProvenance(data?.predicate);
  const sbom = readSbom(data?.predicate);
  return {
    predicateType,
    ...(provenance !== undefined && { provenance }),
    ...(sbom !== undefined && { sbom }),
  };
}

function readProvenance(predicate: unknown): Provenance | undefined {
  const newer = slsa1.safeParse(predicate).data;
  if (newer !== undefined) return fromSlsa1(newer);
  const older = slsa02.safeParse(predicate).data;
  return older?.buildType === undefined && older?.invocation === undefined ? undefined : fromSlsa02(older);
}

function fromSlsa1({ buildDefinition, runDetails }: z.infer<typeof slsa1>): Provenance {
  const { externalParameters: outer, internalParameters: inner } = buildDefinition;
  const { builder, metadata = {} } = runDetails ?? {};
  return said({
    ...sourceOf(outer?.configSource),
    ...timesOf(metadata.startedOn, metadata.finishedOn),
    builder: builder?.id,
    buildType: buildDefinition.buildType,
    platform: inner?.builderPlatform,
    args: textsOf(outer?.request?.args),
    materials: materialsOf(buildDefinition.resolvedDependencies),
  });
}

function fromSlsa02(predicate: z.infer<typeof slsa02>): Provenance {
  const { builder, buildType, invocation, metadata } = predicate;
  return said({
    ...sourceOf(invocation?.configSource),
    ...timesOf(metadata?.buildStartedOn, metadata?.buildFinishedOn),
    builder: builder?.id,
    buildType,
    platform: invocation?.environment?.platform,
    args: textsOf(invocation?.parameters?.args),
    materials: materialsOf(predicate.materials),
  });
}

interface ConfigSource {
  readonly uri?: string | undefined;
  readonly digest?: Readonly<Record<string, unknown>> | undefined;
}

function sourceOf(source: ConfigSource = {}): Pick<Stated, 'source' | 'revision'> {
  return { source: source.uri, revision: firstText(source.digest) };
}

function timesOf(
  startedOn: string | undefined,
  finishedOn: string | undefined,
): Pick<Stated, 'startedOn' | 'finishedOn'> {
  return { startedOn, finishedOn };
}

type Stated = { readonly [Key in keyof Provenance]: Provenance[Key] | undefined };

/** Without what is not said. */
function said({ args = {}, materials = [], ...stated }: Stated): Provenance {
  const entries = Object.entries(stated).filter(([, value]) => value !== undefined && value !== '');
  return { ...Object.fromEntries(entries), args, materials };
}

function materialsOf(list: z.infer<typeof materials> | undefined): Provenance['materials'] {
  return (list ?? []).map(({ uri, digest }) => {
    const [first] = Object.entries(digest ?? {});
    return { uri, ...(first !== undefined && { digest: `${first[0]}:${String(first[1])}` }) };
  });
}

function textsOf(values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function firstText(values: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const [first] = Object.values(values ?? {});
  return typeof first === 'string' ? first : undefined;
}

function readSbom(predicate: unknown): Sbom | undefined {
  const found = spdx.safeParse(predicate).data;
  if (found === undefined) return undefined;
  const packages = found.packages.slice(0, MAX_PACKAGES).map((each) => ({
    name: each.name,
    ...(each.versionInfo && { version: each.versionInfo }),
    ...(each.licenseDeclared && each.licenseDeclared !== 'NOASSERTION' && { license: each.licenseDeclared }),
    ...(each.primaryPackagePurpose && { kind: each.primaryPackagePurpose }),
  }));
  return { format: found.spdxVersion, packages, total: found.packages.length };
}
