import type { ResponseOf } from '@xbundle/backend/contract';
import type { ReactElement } from 'react';
import type { Query } from '../../../client/use-query.ts';
import { useText } from '../../../text/use-text.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { Findings } from './findings.tsx';

interface Props {
  readonly query: Query<ResponseOf<'doctor'>>;
  readonly onFixed: () => void;
}

/** What of this machine and its builders stands in the way of a build. */
export function FindingsPanel({ query, onFixed }: Props): ReactElement {
  const { build } = useText();
  const findings = (query.value?.findings ?? []).filter(({ severity }) => severity !== 'ok');
  return (
    <ChecksPanel
      title={build.findings}
      query={query}
      severities={findings.map(({ severity }) => severity)}
      good={build.findingsOk}
    >
      <Findings findings={findings} onFixed={onFixed} />
    </ChecksPanel>
  );
}
