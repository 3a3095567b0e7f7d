/** One challenge of a `WWW-Authenticate` header (RFC 7235). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By lower-case names; a name that comes twice keeps its first value. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;
const SPACE = /[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;

/** Parses a header that may hold several challenges. Reads up to the first thing that breaks the grammar. */
export function parseChallenges(header: string): readonly Challenge[] {
  const scanner = new Scanner(header);
  const challenges: Challenge[] = [];
  for (;;) {
    const separators = scanner.match(SEPARATORS) ?? '';
    if (challenges.length > 0 && !separators.includes(',')) return challenges;
    const scheme = scanner.match(TOKEN);
    if (scheme === undefined) return challenges;
    scanner.match(SPACE);
    challenges.push({ scheme: scheme.toLowerCase(), parameters: readParameters(scanner) });
  }
}

function readParameters(scanner: Scanner): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (;;) {
    const start = scanner.at;
    scanner.match(SEPARATORS);
    const parameter = readParameter(scanner);
    if (parameter === undefined) {
      scanner.at = start;
      // `Negotiate YII=` and the like: credentials of one piece, which nothing here needs.
      if (parameters.size === 0) scanner.match(TOKEN68);
      return parameters;
    }
    const [name, value] = parameter;
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

function readParameter(scanner: Scanner): readonly [name: string, value: string] | undefined {
  const name = scanner.match(TOKEN);
  if (name === undefined) return undefined;
  scanner.match(SPACE);
  if (!scanner.skip('=')) return undefined;
  scanner.match(SPACE);
  const quoted = scanner.match(QUOTED, 1);
  const value = quoted?.replace(/\\([\s\S])/g, '$1') ?? scanner.match(TOKEN);
  return value === undefined ? undefined : [name.toLowerCase(), value];
}

class Scanner {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** What a sticky pattern matches here, or undefined. */
  match(pattern: RegExp, group: number = 0): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found[group];
  }

  skip(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }
}
