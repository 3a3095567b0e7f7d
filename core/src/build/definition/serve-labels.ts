import { z } from 'zod';
import { definitionInvalid, type Place } from '../../definition/index.ts';
import type { BuildServe } from '../target.ts';
import { present } from './present.ts';
import type { PartContext } from './target-parts.ts';

const commandSchema = z.array(z.string()).min(1);

/**
 * Bake files know no `serve`, and refuse attributes of others. These labels say it there; they are for xbundle
 * and are taken off the image.
 */
const PREFIX = 'xbundle.serve.';
const KEYS = ['port', 'name', 'path', 'command'];

/** The service of a target with `xbundle.serve.port`, `.name`, `.path` and `.command` (a JSON list). Throws DEFINITION_INVALID. */
export function serveFromLabels(
  target: string,
  labels: Readonly<Record<string, string>>,
  { place }: PartContext,
): BuildServe | undefined {
  const own = Object.entries(labels).filter(([key]) => key.startsWith(PREFIX));
  if (own.length === 0) return undefined;
  const stranger = own.find(([key]) => !KEYS.includes(key.slice(PREFIX.length)));
  if (stranger !== undefined) {
    throw definitionInvalid(
      place,
      `unknown label ${stranger[0]}, want ${KEYS.map((key) => PREFIX + key).join(', ')}`,
    );
  }
  const { [`${PREFIX}port`]: port = '', [`${PREFIX}name`]: name = target, [`${PREFIX}path`]: path } = labels;
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535) {
    throw definitionInvalid(place, `${PREFIX}port of ${target} is ${JSON.stringify(port)}, want 1 to 65535`);
  }
  const command = readCommand(labels[`${PREFIX}command`], place);
  return { port: Number(port), name, environment: {}, ...present({ path, command }) };
}

function readCommand(text: string | undefined, place: Place): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const command = commandSchema.safeParse(parseJson(text));
  if (command.success) return command.data;
  throw definitionInvalid(place, `${PREFIX}command is ${JSON.stringify(text)}, want a JSON list of texts`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function withoutServeLabels(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith(PREFIX)));
}
