import type { Fix, Severity } from './finding.ts';
import type { LintContext } from './context.ts';
import type { Span } from './source-text.ts';

/** A change to the text, by offsets. */
export interface Edit extends Span {
  readonly text: string;
}

export interface FoundFix extends Omit<Fix, 'edits'> {
  readonly edits: readonly Edit[];
}

/** What a rule finds, by offsets into the file. */
export interface Found {
  readonly span: Span;
  readonly message: string;
  /** Default: that of the rule. */
  readonly severity?: Severity | undefined;
  readonly fix?: FoundFix | undefined;
}

/** One kind of mistake. `bad` must be found and `good` not, which a test holds for every rule. */
export interface Rule {
  readonly id: string;
  /** `platform-arg-default`: what it is called in documents. */
  readonly name: string;
  /** The gravest it gives. */
  readonly severity: Severity;
  readonly title: string;
  /** One paragraph: what goes wrong, why, and what to write instead. */
  readonly documentation: string;
  readonly bad: string;
  readonly good: string;
  /** What must be asked for so that `bad` is found. */
  readonly example?: RuleExample;
  check(context: LintContext): readonly Found[];
}

export interface RuleExample {
  readonly platforms: readonly string[];
}

/** A fix that only says what to do. */
export function advice(title: string): FoundFix {
  return { kind: 'suggested', title, edits: [] };
}
