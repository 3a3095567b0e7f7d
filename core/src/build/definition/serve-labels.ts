import { definitionInvalid } from '../../definition/index.ts';
import type { BuildServe } from '../target.ts';
import type { PartContext } from './target-parts.ts';

/**
 * Bake files know no `serve`, and refuse attributes of others. These labels say it there; they are for xbundle
 * and are taken off the image.
 */
const PREFIX = 'xbundle.serve.';

/** The service of a target with `xbundle.serve.port`, `.name` and `.path`. Throws DEFINITION_INVALID. */
export function serveFromLabels(
  target: string,
  labels: Readonly<Record<string, string>>,
  { place }: PartContext,
): BuildServe | undefined {
  const own = Object.entries(labels).filter(([key]) => key.startsWith(PREFIX));
  if (own.length === 0) return undefined;
  const stranger = own.find(([key]) => !['port', 'name', 'path'].includes(key.slice(PREFIX.length)));
  if (stranger !== undefined) {
    throw definitionInvalid(place, `unknown label ${stranger[0]}, want ${PREFIX}port, ${PREFIX}name or ${PREFIX}path`);
  }
  const { [`${PREFIX}port`]: port = '', [`${PREFIX}name`]: name = target, [`${PREFIX}path`]: path } = labels;
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535) {
    throw definitionInvalid(place, `${PREFIX}port of ${target} is ${JSON.stringify(port)}, want 1 to 65535`);
  }
  return { port: Number(port), name, ...(path !== undefined && { path }), environment: {} };
}

export function withoutServeLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith(PREFIX)));
}
