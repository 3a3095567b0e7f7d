/** Words for a check of the machine; `subject` is the platform, image, node, registry or folder it is about. */
export interface ExplainedCheck {
  readonly what: (subject: string) => string;
  readonly help?: string;
}

/**
 * What core says in English, told by its codes to readers of other languages: core's own words, with their names and
 * numbers, stand below. In English there is nothing to add to them.
 */
export interface Explained {
  /** By code and severity: `binfmt error`. */
  readonly checks: Readonly<Record<string, ExplainedCheck>>;
  /** Why a cell failed, and what helps, by cause. */
  readonly causes: Readonly<Record<string, string>>;
  /** Mistakes of Dockerfiles, by rule. */
  readonly rules: Readonly<Record<string, string>>;
}

export const explained: Explained = { checks: {}, causes: {}, rules: {} };
