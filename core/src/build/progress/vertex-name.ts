import { isXbundleError } from '../../errors.ts';
import { formatPlatform, parsePlatform } from '../../model/index.ts';

/** What the name of a vertex says: `[web linux/amd64->arm64 build 2/3] RUN make`. */
export interface VertexName {
  /** The instruction, without the brackets. */
  readonly text: string;
  /** Of a bake file. */
  readonly target?: string;
  readonly stage?: string;
  /** What is built; of `linux/amd64->arm64` it is `linux/arm64`. */
  readonly platform?: string;
  /** Where it is executed, when that is another: `linux/amd64`. */
  readonly runsOn?: string;
  readonly step?: { readonly number: number; readonly of: number };
  /** No instruction of the Dockerfile: loading files, resolving images, logging in, exporting. */
  readonly isInternal: boolean;
}

const BRACKETS = /^\[([^\]]*)\] ?(.*)$/s;
const STEP = /^(\d+)\/(\d+)$/;

/**
 * Takes a vertex's name apart. A word before the stage is a target only when it is one of `targets`: BuildKit
 * writes both in the same place.
 */
export function parseVertexName(name: string, targets: ReadonlySet<string> = new Set()): VertexName {
  const [matched, inside = '', text = ''] = BRACKETS.exec(name) ?? [];
  if (matched === undefined) return { text: name, isInternal: true };
  const words = inside.split(' ').filter((word) => word !== '');
  const target = targets.has(words[0] ?? '') ? words.shift() : undefined;
  return { text, ...(target !== undefined && { target }), ...instruction(words) };
}

/** What stands before the text, but for the target: `linux/arm64 build 2/3`, or a word of BuildKit's own. */
function instruction(words: string[]): Omit<VertexName, 'text' | 'target'> {
  const step = stepOf(words.at(-1));
  const platforms = platformsOf(words[0]);
  if (step === undefined) return { ...platforms, isInternal: true };
  const stage = words.slice(platforms === undefined ? 0 : 1, -1)[0];
  return { ...platforms, ...(stage !== undefined && { stage }), step, isInternal: false };
}

function stepOf(word: string | undefined): VertexName['step'] {
  const [matched, number, of] = STEP.exec(word ?? '') ?? [];
  return matched === undefined ? undefined : { number: Number(number), of: Number(of) };
}

/** `linux/arm64`, or `linux/amd64->arm64` for a step that runs on another platform than it builds for. */
function platformsOf(word: string | undefined): Pick<VertexName, 'platform' | 'runsOn'> | undefined {
  if (word?.includes('/') !== true) return undefined;
  const [from = '', to] = word.split('->');
  const runsOn = known(from);
  if (runsOn === undefined) return undefined;
  if (to === undefined) return { platform: runsOn };
  const os = from.slice(0, from.indexOf('/'));
  const platform = known(to) ?? known(`${os}/${to}`);
  return platform === undefined ? undefined : { platform, runsOn };
}

function known(text: string): string | undefined {
  try {
    return formatPlatform(parsePlatform(text));
  } catch (error) {
    if (isXbundleError(error, 'PLATFORM_INVALID')) return undefined;
    throw error;
  }
}
