import { z } from 'zod';
import {
  closedObject,
  readShape,
  serveSchema,
  type LocatedValue,
  type Place,
  type XbundleServe,
} from '../../definition/index.ts';

const ownSchema = closedObject({
  needs: z.exactOptional(z.array(z.string())),
  serve: z.exactOptional(serveSchema),
});

const serviceSchema = z.looseObject({
  build: z.unknown().optional(),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
  'x-xbundle': ownSchema.nullish(),
});

const composeSchema = z.looseObject({ services: z.record(z.string(), serviceSchema).nullish() });

/** What bake leaves out of a compose file's service. */
export interface ComposeService {
  /** Names of the targets bake makes of other services, also of those that are not built. */
  readonly needs: readonly string[];
  readonly serve?: XbundleServe;
  readonly place: Place;
}

/**
 * `depends_on` and `x-xbundle` (`needs` and `serve`) of the services in a compose file, by the name of the target
 * that bake makes of each. Throws DEFINITION_INVALID.
 */
export function readComposeServices(source: LocatedValue): ReadonlyMap<string, ComposeService> {
  const { services } = readShape<z.infer<typeof composeSchema>>(composeSchema, source);
  const { file, lineOf } = source;
  const entries = Object.entries(services ?? {}).map(([name, service]): readonly [string, ComposeService] => {
    const { depends_on: dependsOn, 'x-xbundle': own } = service;
    const before = Array.isArray(dependsOn) ? dependsOn : Object.keys(dependsOn ?? {});
    return [
      targetName(name),
      {
        needs: [...before, ...(own?.needs ?? [])].map(targetName),
        ...(own?.serve !== undefined && { serve: own.serve }),
        place: { file, line: lineOf(['services', name]) },
      },
    ];
  });
  return new Map(entries);
}

/** bake's targets have no dots. */
function targetName(service: string): string {
  return service.replaceAll('.', '_');
}
