import type { CellReport, Job, JobResult } from '@xbundle/backend/contract';
import { Alert, Box, Button } from '@mui/material';
import type { ReactElement } from 'react';
import { CellMatrix } from '../../components/tables/cell-matrix.tsx';
import { Digest } from '../../components/values/digest.tsx';
import { Facts } from '../../components/values/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { ProblemList } from './problem-list.tsx';
import { ReceiptTable } from './receipt-table.tsx';

interface Props {
  readonly job: Job;
  readonly result: JobResult;
}

/** What a job found, by its kind: the bundle it wrote, the problems of a bundle, the receipt of an import. */
export function JobResultView({ job, result }: Props): ReactElement {
  const { bundles } = useText();
  const { cells = [], problems = [], names, target, digest } = result;
  return (
    <>
      {job.bundle !== undefined && <BundleMade job={job} bundle={job.bundle} />}
      <Verdict result={result} isQuick={isQuick(job)} />
      {problems.length > 0 && <ProblemList problems={problems} />}
      {names !== undefined && <ReceiptTable label={target?.label ?? ''} names={names} />}
      {digest !== undefined && <Panel>{<Digest digest={digest} />}</Panel>}
      <ResultCells cells={cells} />
      {result.cut === true && <Alert severity="info">{bundles.cut}</Alert>}
    </>
  );
}

function ResultCells({ cells }: { readonly cells: readonly CellReport[] }): ReactElement | null {
  const { bundles } = useText();
  if (cells.length === 0) return null;
  return (
    <Panel title={bundles.cellsTitle} flush>
      <Box sx={{ overflow: 'auto' }}>
        <CellMatrix cells={cells} />
      </Box>
    </Panel>
  );
}

function isQuick({ request }: Job): boolean {
  return request.kind === 'verify' && request.quick;
}

interface VerdictProps {
  readonly result: JobResult;
  readonly isQuick: boolean;
}

function Verdict({ result, isQuick: quick }: VerdictProps): ReactElement | null {
  const { bundles } = useText();
  if (result.integrity === undefined) return null;
  const isGood = result.integrity === 'ok' && result.complete !== false;
  const signature =
    result.signed === undefined ? '' : ` (${result.signed ? bundles.signed : bundles.unsigned})`;
  if (!isGood) return <Alert severity="error">{bundles.verifiedBad}</Alert>;
  return (
    <Alert severity="success">
      {quick ? bundles.verifiedQuick : bundles.verifiedGood}
      {signature}
    </Alert>
  );
}

interface MadeProps {
  readonly job: Job;
  readonly bundle: NonNullable<Job['bundle']>;
}

function BundleMade({ job, bundle }: MadeProps): ReactElement {
  const { bundles, common } = useText();
  const { go } = usePlace();
  const { path, id, size, complete } = bundle;
  const show = (part: 'open' | 'import') => () => {
    go({ tab: 'bundles', bundlePart: part, bundle: path, bundleJob: undefined });
  };
  return (
    <Panel
      title={`${bundles.exported}${complete ? '' : ` (${bundles.incomplete})`}`}
      actions={
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button startIcon={<Icon name="shield" />} onClick={show('open')}>
            {bundles.verifyThis}
          </Button>
          <Button startIcon={<Icon name="upload" />} onClick={show('import')}>
            {bundles.importThis}
          </Button>
        </Box>
      }
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Facts
          facts={[
            [bundles.id, id === undefined ? undefined : <Digest key="id" digest={id} />],
            [common.size, size === undefined ? undefined : formatBytes(size)],
            [common.path, <Mono key="path" text={path} />],
          ]}
        />
        {job.kind === 'export' && <Alert severity="info">{printable(bundles.exportedHelp)}</Alert>}
      </Box>
    </Panel>
  );
}
