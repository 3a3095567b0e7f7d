import { LIMITS } from '../limits.ts';
import type { DockerEnvironment as Environment } from '../buildx/index.ts';
import { definitionInvalid, type Place } from './place.ts';

export interface InterpolateContext {
  readonly environment: Environment;
  readonly place: Place;
}

/**
 * Replaces variables as compose files have them: `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`,
 * `${VAR:?message}`, `${VAR?message}`, `${VAR:+value}`, `${VAR+value}`, nested, and `$$` for a dollar sign.
 * A variable that is not set and has no default is an error, not nothing: `app:${TAG}` would be another image.
 * Throws DEFINITION_INVALID.
 */
export function interpolate(text: string, context: InterpolateContext): string {
  return new Interpolation(text, context).run();
}

interface Wanted {
  readonly name: string;
  readonly value: string | undefined;
  readonly used: boolean;
  /** What the text itself says for when the variable is not set. */
  readonly hint: string;
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

class Interpolation {
  readonly #text: string;
  readonly #context: InterpolateContext;
  #at = 0;
  #depth = 0;

  constructor(text: string, context: InterpolateContext) {
    this.#text = text;
    this.#context = context;
  }

  run(): string {
    return this.#sequence({ nested: false, used: true });
  }

  /** Text up to the end or, nested, up to the closing brace. What is not `used` is read but never an error. */
  #sequence(mode: { readonly nested: boolean; readonly used: boolean }): string {
    let result = '';
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (mode.nested && char === '}') return result;
      this.#at++;
      result += char === '$' ? this.#afterDollar(mode.used) : char;
    }
    if (mode.nested) throw this.#invalid('a "${" is not closed');
    return result;
  }

  #afterDollar(used: boolean): string {
    if (this.#take('$')) return '$';
    const isBraced = this.#take('{');
    const name = this.#match(NAME);
    if (name === undefined) throw this.#invalid('want a name after "$"; a dollar sign itself is "$$"');
    return isBraced ? this.#braced(name, used) : this.#plain(name, used);
  }

  #braced(name: string, used: boolean): string {
    if (++this.#depth > LIMITS.jsonDepth) throw this.#invalid('too many "${" inside each other');
    const operator = this.#match(OPERATOR) ?? '';
    const value = this.#value(name, operator.startsWith(':'));
    const kind = operator.slice(-1);
    const usesWord = used && (value === undefined) !== (kind === '+');
    const word = operator === '' ? '' : this.#sequence({ nested: true, used: usesWord });
    if (!this.#take('}')) throw this.#invalid(`want "}" after "\${${name}"`);
    this.#depth--;
    if (kind === '+') return value === undefined ? '' : word;
    return kind === '-' && value === undefined ? word : this.#require({ name, value, used, hint: word });
  }

  #plain(name: string, used: boolean): string {
    return this.#require({ name, value: this.#value(name, false), used, hint: '' });
  }

  #require({ name, value, used, hint }: Wanted): string {
    if (value !== undefined || !used) return value ?? '';
    const advice = hint === '' ? `Set it, or write \${${name}:-default}` : hint;
    throw this.#invalid(`the variable ${name} is not set. ${advice}`);
  }

  #value(name: string, emptyIsUnset: boolean): string | undefined {
    const { environment } = this.#context;
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return value === '' && emptyIsUnset ? undefined : value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #invalid(reason: string): Error {
    return definitionInvalid(this.#context.place, `${JSON.stringify(this.#text.slice(0, 200))}: ${reason}`);
  }
}
