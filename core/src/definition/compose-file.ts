import { z } from 'zod';
import type { DockerEnvironment as Environment } from '../buildx/index.ts';
import type { Definition } from './definition.ts';
import { toDefinition, type ImageEntry } from './entries.ts';
import { interpolate } from './interpolate.ts';
import { definitionInvalid } from './place.ts';
import { readShape } from './shape.ts';
import type { LocatedValue } from './yaml-document.ts';

const serviceSchema = z.looseObject({
  image: z.string().nullish(),
  platform: z.string().nullish(),
  build: z.union([z.string(), z.looseObject({ platforms: z.array(z.string()).nullish() })]).nullish(),
  extends: z.unknown().optional(),
});

const composeSchema = z.looseObject({
  name: z.string().nullish(),
  services: z.record(z.string(), serviceSchema),
  include: z.unknown().optional(),
});

type Compose = z.infer<typeof composeSchema>;
type Service = z.infer<typeof serviceSchema>;

/**
 * The images of a compose file's services, of every profile, each for `build.platforms` and `platform`.
 * Throws DEFINITION_INVALID for services that have no image name, which lists them all, for variables that are
 * not set, and for `include` and `extends` where they could hide an image.
 */
export function readComposeFile(source: LocatedValue, environment: Environment): Definition {
  const { services, include } = readShape<Compose>(composeSchema, source);
  const { file } = source;
  if (include !== undefined && include !== null) {
    throw definitionInvalid(
      { file, line: source.lineOf(['include']) },
      `"include" is not followed. ${RESOLVE}`,
    );
  }
  refuseNameless(services, source);
  const entries = Object.entries(services).flatMap(([name, service]) =>
    readService(service, { name, source, environment }),
  );
  return toDefinition({ place: { file } }, entries);
}

const RESOLVE = 'Pass what "docker compose config" prints instead';

function refuseNameless(services: Readonly<Record<string, Service>>, { file, lineOf }: LocatedValue): void {
  const nameless = Object.entries(services).filter(([, { image }]) => image === undefined || image === null);
  const [first] = nameless;
  if (first === undefined) return;
  const place = { file, line: lineOf(['services', first[0]]) };
  const extending = nameless.filter(([, service]) => service.extends !== undefined).map(([name]) => name);
  if (extending.length > 0) {
    throw definitionInvalid(place, `"extends" is not followed, for ${extending.join(', ')}. ${RESOLVE}`);
  }
  const names = nameless.map(([name]) => name).join(', ');
  throw definitionInvalid(
    place,
    `services without "image" have no name to export: ${names}. Give each an image name; compose then builds under it`,
  );
}

interface ServiceContext {
  readonly name: string;
  readonly source: LocatedValue;
  readonly environment: Environment;
}

function readService(service: Service, { name, source, environment }: ServiceContext): readonly ImageEntry[] {
  const { image, platform, build } = service;
  if (image === undefined || image === null) return [];
  const at = (...path: readonly string[]): { file: string; line: number | undefined } => ({
    file: source.file,
    line: source.lineOf(['services', name, ...path]),
  });
  const built = typeof build === 'object' ? (build?.platforms ?? []) : [];
  const platforms = [
    ...built.map((text) => interpolate(text, { environment, place: at('build', 'platforms') })),
    ...(platform === undefined || platform === null
      ? []
      : [interpolate(platform, { environment, place: at('platform') })]),
  ];
  const place = at('image');
  return [
    {
      name: interpolate(image, { environment, place }),
      place,
      ...(platforms.length > 0 && { platforms }),
    },
  ];
}
