import type { LintFinding } from '@xbundle/backend/contract';
import type { ReactElement } from 'react';
import { Explanation } from '../../../components/values/explanation.tsx';
import { Marked } from '../../../components/layout/marked.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { SourceExcerpt } from '../../../components/values/source-excerpt.tsx';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { SEVERITY_LOOKS } from '../how-look.ts';

interface Props {
  readonly file: string;
  readonly finding: LintFinding;
}

/** One mistake of a Dockerfile: what it leads to, its lines, and what puts it right. */
export function LintRow({ file, finding }: Props): ReactElement {
  const { build, explained } = useText();
  const { rule, severity, message, line, lines, fix } = finding;
  const told = explained.rules[rule];
  return (
    <Marked component="li" look={SEVERITY_LOOKS[severity]} meaning={build.severities[severity]}>
      <Explanation told={told?.what} text={printable(message)}>
        <Mono text={rule} sx={{ color: 'text.secondary' }} />
      </Explanation>
      <SourceExcerpt
        label={build.excerptLabel(printable(file))}
        title={`${file}:${line}`}
        lines={lines}
        tone={severity}
      />
      {fix !== undefined && (
        <Explanation rank="note" label={build.lintFix} told={told?.fix} text={printable(fix)} />
      )}
    </Marked>
  );
}
