import type { DockerEnvironment as Environment } from '../buildx/index.ts';
import { interpolate } from './interpolate.ts';
import type { XbundleComponent } from './component-schema.ts';
import type { LocatedValue } from './yaml-document.ts';

export type XbundleComponents = Readonly<Record<string, XbundleComponent>>;

/** A Dockerfile has variables of its own, which the build replaces. */
const LEFT_ALONE = 'dockerfile-inline';

/**
 * The components with variables replaced in every text, as compose has them: `${TAG:-v1}`, `$$` for a dollar sign.
 * Keys and inline Dockerfiles stay. Throws DEFINITION_INVALID for a variable that is not set.
 */
export function interpolateComponents(
  components: XbundleComponents,
  { file, lineOf }: LocatedValue,
  environment: Environment,
): XbundleComponents {
  const replace = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === 'string')
      return interpolate(value, { environment, place: { file, line: lineOf(path) } });
    if (Array.isArray(value)) return value.map((item: unknown, at) => replace(item, [...path, at]));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key === LEFT_ALONE ? inner : replace(inner, [...path, key]),
    ]);
    return Object.fromEntries(entries) as unknown;
  };
  // Texts stay texts, so the shape stays what the schema found.
  return replace(components, ['components']) as XbundleComponents;
}

/** The names of components that another one is made of, or waits for. */
export function neededComponents(components: XbundleComponents): ReadonlySet<string> {
  return new Set(
    Object.values(components).flatMap(({ contexts = {}, needs = [] }) => [
      ...Object.values(contexts).flatMap((value) =>
        value.startsWith('target:') ? [value.slice('target:'.length)] : [],
      ),
      ...(typeof needs === 'string' ? [needs] : needs),
    ]),
  );
}
