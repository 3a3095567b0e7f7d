/** `[TYPE[PLATFORM][,TYPE…]:]KEY=VALUE`, as buildx takes it. */
const TYPES =
  /^((?:manifest|index|manifest-descriptor|index-descriptor)(?:\[[^\]]*\])?(?:,(?:manifest|index|manifest-descriptor|index-descriptor)(?:\[[^\]]*\])?)*):/;

/** Whether an annotation is for an index, which a build for one platform does not make. */
export function hasIndexAnnotation(annotation: string): boolean {
  return typesOf(annotation).some(isOfIndex);
}

/** The annotation for what a build for one platform makes; undefined when nothing of it is left. */
export function withoutIndexAnnotation(annotation: string): string | undefined {
  const types = typesOf(annotation);
  const left = types.filter((type) => !isOfIndex(type));
  if (left.length === types.length) return annotation;
  return left.length === 0 ? undefined : annotation.replace(TYPES, `${left.join(',')}:`);
}

function typesOf(annotation: string): readonly string[] {
  return TYPES.exec(annotation)?.[1]?.split(/,(?![^[]*\])/) ?? [];
}

function isOfIndex(type: string): boolean {
  return type.startsWith('index') || type.startsWith('manifest-descriptor');
}
