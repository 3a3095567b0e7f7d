/** Words for a check of the machine; `subject` is the platform, image, node, registry or folder it is about. */
interface ExplainedCheck {
  readonly what: (subject: string) => string;
  /** What does not work because of it. */
  readonly breaks?: (subject: string) => string;
  readonly help?: string;
}

/** Why a cell failed. */
export interface ExplainedCause {
  readonly what: string;
  readonly help?: string;
}

/** A mistake of a Dockerfile. */
export interface ExplainedRule {
  readonly what: string;
  readonly fix: string;
}

/**
 * What core says in English, told by its codes to readers of other languages: core's own words, with their names and
 * numbers, stand below. In English there is nothing to add to them.
 */
export interface Explained {
  /** By code and severity: `binfmt error`. What is in order is not listed. */
  readonly checks: Readonly<Record<string, ExplainedCheck>>;
  /** Why a cell failed, and what helps, by cause. */
  readonly causes: Readonly<Record<string, ExplainedCause>>;
  /** Why a cell is not there, by its state, where there is no cause. */
  readonly reasons: Readonly<Record<string, string>>;
  /** What helps when something failed, by code. */
  readonly errors: Readonly<Record<string, string>>;
  /** What is wrong with a bundle, by code. */
  readonly problems: Readonly<Record<string, string>>;
  /** Mistakes of Dockerfiles, by rule. */
  readonly rules: Readonly<Record<string, ExplainedRule>>;
  /** Sentences that are told whole, with `{name}` for a value, by code: they stand in the place of core's own. */
  readonly sentences: Readonly<Record<string, string>>;
}

export const explained: Explained = {
  checks: {},
  causes: {},
  reasons: {},
  errors: {},
  problems: {},
  rules: {},
  sentences: {},
};
