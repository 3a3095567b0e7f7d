import { Box, Button } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import type { Query } from '../../../client/use-query.ts';
import { ErrorNotice } from '../../../components/states/error-notice.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { useText } from '../../../text/use-text.tsx';

interface Props {
  readonly title: string;
  /** The checks, to be asked again. */
  readonly query: Query<unknown>;
  /** Of all that is listed. */
  readonly severities: readonly string[];
  /** What is said when there is neither a problem nor a warning. */
  readonly good: string;
  /** The list. */
  readonly children: ReactNode;
}

/** What checks found, in a word and in full. */
export function ChecksPanel({ title, query, severities, good, children }: Props): ReactElement {
  const { build, common } = useText();
  const { value, error, isLoading, reload } = query;
  const again = (
    <Button startIcon={<Icon name="retry" />} disabled={isLoading} onClick={reload}>
      {isLoading ? common.loading : build.checkAgain}
    </Button>
  );
  const heading = (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
      {title}
      {value !== undefined && <Counts severities={severities} good={good} />}
    </Box>
  );
  return (
    <Panel title={heading} actions={again} flush={severities.length === 0 && error === undefined}>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {severities.length > 0 && children}
    </Panel>
  );
}

function Counts({ severities, good }: Pick<Props, 'severities' | 'good'>): ReactElement {
  const { build } = useText();
  const count = (wanted: string): number => severities.filter((severity) => severity === wanted).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors + warnings === 0) return <StatusChip tone="success" icon="check" label={good} />;
  const tone = errors > 0 ? 'error' : 'warning';
  return <StatusChip tone={tone} icon="warning" label={build.findingsCount(errors, warnings)} />;
}
