import type { Digest } from '../../model/index.ts';
import type { RegistryRequest, RequestKind } from './registry-request.ts';

/** Which requests a fault is for; what is absent matches everything. */
export interface FaultMatch {
  readonly method?: string;
  /** Tested against path and query. */
  readonly path?: RegExp;
  readonly kind?: RequestKind;
  /** Of the blob or manifest asked for, also when it is asked for by tag. */
  readonly digest?: Digest;
  /** True for requests with a `Range` header, false for those without. */
  readonly range?: boolean;
}

/** A byte of the response body (not of the blob: an answer to a range starts at its own byte 0). */
type Place = number;

/** `start` is before the headers: the client gets no answer at all, and nothing is done. */
type Moment = Place | 'start';

/** What goes wrong. */
export type FaultAction =
  /** Answers this in place of doing anything; an error body in the spec's shape unless `body` is given. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Redirects to `to`, where `{url}` stands for the path and query asked for; `{url}` alone is a loop. */
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** A captive portal: 200 with a HTML page. */
  | { readonly type: 'html' }
  /** 200 and a body that never ends. */
  | { readonly type: 'endless'; readonly headers?: Readonly<Record<string, string>> }
  /** Ends the connection with a FIN, in spite of the Content-Length. */
  | { readonly type: 'truncate'; readonly at: Moment }
  /** Ends the connection with a RST. */
  | { readonly type: 'reset'; readonly at: Moment }
  /** Sends nothing more, and keeps the connection. */
  | { readonly type: 'stall'; readonly at: Moment }
  /** Reads this many bytes of the request's body, then ends the connection with a RST. */
  | { readonly type: 'reset-upload'; readonly at: Place }
  /** Sends `bytes` at a time with a pause before each. */
  | { readonly type: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** Inverts the lowest bit of one byte. */
  | { readonly type: 'flip'; readonly at: Place }
  /** Answers a range request with 200 and the whole blob. Matches requests with a `Range` only. */
  | { readonly type: 'ignore-range' }
  /** Adds bytes at the end, with a Content-Length that agrees. */
  | { readonly type: 'append'; readonly bytes: number }
  /** Leaves bytes out at the end, with a Content-Length that agrees. */
  | { readonly type: 'shorten'; readonly bytes: number }
  /** Sends no length and closes after `at` bytes, which HTTP takes for a whole body. */
  | { readonly type: 'close-delimited'; readonly at: Place }
  /** Compresses the body and says so. */
  | { readonly type: 'gzip' }
  /** Sets headers of the answer, or with null removes them: a wrong digest, type, range or upload location. */
  | { readonly type: 'headers'; readonly set: Readonly<Record<string, string | null>> }
  /** Makes all tokens given so far invalid, then goes on. */
  | { readonly type: 'expire-tokens' };

export interface FaultRule {
  readonly match?: FaultMatch;
  /** How often it fires; once when absent, `Infinity` for always. */
  readonly times?: number;
  /** Lets this many matching requests pass first. */
  readonly skip?: number;
  readonly action: FaultAction;
}

/** A fault that was set. */
export interface Fault {
  /** How often it has fired. */
  readonly fired: number;
  remove(): void;
}

/**
 * When an action is considered: `before` authentication, `instead` of the work of an authenticated request (to
 * the token endpoint: any request), or on the `answer` when the work succeeded.
 */
export type FaultPhase = 'before' | 'instead' | 'answer';

const PHASES: Readonly<Record<FaultAction['type'], FaultPhase>> = {
  'expire-tokens': 'before',
  status: 'instead',
  redirect: 'instead',
  html: 'instead',
  endless: 'instead',
  'reset-upload': 'instead',
  'ignore-range': 'instead',
  truncate: 'answer',
  reset: 'answer',
  stall: 'answer',
  drip: 'answer',
  flip: 'answer',
  append: 'answer',
  shorten: 'answer',
  'close-delimited': 'answer',
  gzip: 'answer',
  headers: 'answer',
};

function phaseOf(action: FaultAction): FaultPhase {
  return 'at' in action && action.at === 'start' ? 'instead' : PHASES[action.type];
}

interface ActiveFault extends Fault {
  readonly rule: FaultRule;
  fired: number;
  passed: number;
}

/** The faults of one registry. The first that matches a request in a phase fires, the others wait. */
export class Faults {
  readonly #faults = new Set<ActiveFault>();

  add(rule: FaultRule): Fault {
    const fault: ActiveFault = {
      rule,
      fired: 0,
      passed: 0,
      remove: () => {
        this.#faults.delete(fault);
      },
    };
    this.#faults.add(fault);
    return fault;
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The action for a request in a phase, counted as fired. */
  take(phase: FaultPhase, request: RegistryRequest): FaultAction | undefined {
    for (const fault of this.#faults) {
      const { rule } = fault;
      if (phaseOf(rule.action) !== phase || fault.fired >= (rule.times ?? 1)) continue;
      if (!matches(rule, request) || fault.passed++ < (rule.skip ?? 0)) continue;
      fault.fired++;
      return rule.action;
    }
    return undefined;
  }
}

function matches({ match = {}, action }: FaultRule, request: RegistryRequest): boolean {
  const { path, ...wanted } = match;
  const { method, kind, digest } = request;
  const got: FaultMatch = {
    method,
    kind,
    range: request.headers.range !== undefined,
    ...(digest !== undefined && { digest }),
  };
  if (action.type === 'ignore-range' && got.range !== true) return false;
  if (path !== undefined && !path.test(request.url.pathname + request.url.search)) return false;
  const keys = Object.keys(wanted) as (keyof typeof wanted)[];
  return keys.every((key) => wanted[key] === got[key]);
}
