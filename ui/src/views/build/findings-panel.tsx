import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button } from '@mui/material';
import type { ReactElement } from 'react';
import type { Query } from '../../client/use-query.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { useText } from '../../text/use-text.tsx';
import { Findings } from './findings.tsx';

type Doctor = ResponseOf<'doctor'>;

interface FindingsProps {
  readonly query: Query<Doctor>;
  readonly onFixed: () => void;
}

/** What the checks found, in a word and in full. */
export function FindingsPanel({ query, onFixed }: FindingsProps): ReactElement {
  const { build, common } = useText();
  const again = (
    <Button startIcon={<Icon name="retry" />} disabled={query.isLoading} onClick={query.reload}>
      {query.isLoading ? common.loading : build.checkAgain}
    </Button>
  );
  const findings = (query.value?.findings ?? []).filter(({ severity }) => severity !== 'ok');
  const count = (wanted: string): number => findings.filter(({ severity }) => severity === wanted).length;
  const title = (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
      {build.findings}
      {query.value !== undefined && <FindingCounts errors={count('error')} warnings={count('warning')} />}
    </Box>
  );
  return (
    <Panel title={title} actions={again} flush={findings.length === 0}>
      {query.error !== undefined && <ErrorNotice error={query.error} onRetry={query.reload} />}
      {findings.length > 0 && <Findings findings={findings} onFixed={onFixed} />}
    </Panel>
  );
}

interface CountsProps {
  readonly errors: number;
  readonly warnings: number;
}

function FindingCounts({ errors, warnings }: CountsProps): ReactElement {
  const { build } = useText();
  if (errors + warnings === 0) return <StatusChip tone="success" icon="check" label={build.findingsOk} />;
  const tone = errors > 0 ? 'error' : 'warning';
  return <StatusChip tone={tone} icon="warning" label={build.findingsCount(errors, warnings)} />;
}
