import type { DockerEnvironment as Environment } from '../buildx/index.ts';
import { interpolateComponents, neededComponents } from './component-values.ts';
import type { Definition } from './definition.ts';
import { toDefinition, type ImageEntry } from './entries.ts';
import { definitionInvalid } from './place.ts';
import { readShape } from './shape.ts';
import { xbundleSchema, type XbundleFile } from './xbundle-schema.ts';
import type { LocatedValue } from './yaml-document.ts';

/**
 * Reads `xbundle.yaml` or `xbundle.json`; variables are replaced within components. Throws DEFINITION_INVALID; an
 * unknown key is one.
 */
export function readXbundleFile(source: LocatedValue, environment: Environment): Definition {
  const content = readShape<XbundleFile>(xbundleSchema, source);
  const entries =
    content.images === undefined ? fromComponents(content, source, environment) : fromImages(content, source);
  const { name, version, platforms } = content;
  const place = { file: source.file, line: source.lineOf(['platforms']) };
  return toDefinition({ name, version, platforms: asList(platforms), place }, entries);
}

function asList(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function fromImages({ images = [] }: XbundleFile, { file, lineOf }: LocatedValue): readonly ImageEntry[] {
  return images.map((image, index) => {
    const place = { file, line: lineOf(['images', index]) };
    if (typeof image === 'string') return { name: image, place };
    return { name: image.name, platforms: asList(image.platforms), place };
  });
}

function fromComponents(
  { components: written = {} }: XbundleFile,
  source: LocatedValue,
  environment: Environment,
): readonly ImageEntry[] {
  const { file, lineOf } = source;
  const components = interpolateComponents(written, source, environment);
  const needed = neededComponents(components);
  const untagged = Object.entries(components).filter(
    ([name, { tags = [] }]) => tags.length === 0 && !needed.has(name),
  );
  if (untagged[0] !== undefined) {
    throw definitionInvalid(
      { file, line: lineOf(['components', untagged[0][0]]) },
      `components without tags have no name to export: ${untagged.map(([key]) => key).join(', ')}`,
    );
  }
  return Object.entries(components).flatMap(([key, { tags, platforms }]) =>
    (asList(tags) ?? []).map((name) => ({
      name,
      platforms: asList(platforms),
      place: { file, line: lineOf(['components', key]) },
    })),
  );
}
