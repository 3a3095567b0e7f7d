import type { BuilderNodeReport, BuilderReport } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../components/tables/data-table.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { PlatformTags } from '../../components/values/platform-tags.tsx';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import type { Tone } from '../../theme/tone.ts';

/** The same columns in the tables of all builders, so that the eye can go down. */
const COLUMNS = [
  ['node', '24%'],
  ['status', '18%'],
  ['native', '22%'],
  ['emulated', '26%'],
  ['version', '10%'],
] as const;

/** Nodes with what each executes by itself and by emulation. */
export function NodeTable({ name, nodes }: Pick<BuilderReport, 'name' | 'nodes'>): ReactElement {
  const { builders } = useText();
  return (
    <DataTable
      aria-label={`${printable(name)}: ${builders.node}`}
      style={{ tableLayout: 'fixed', minWidth: '46rem' }}
    >
      <thead>
        <tr>
          {COLUMNS.map(([column, width]) => (
            <th key={column} scope="col" style={{ width }}>
              {builders[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <NodeRow key={node.name} node={node} />
        ))}
      </tbody>
    </DataTable>
  );
}

function NodeRow({ node }: { readonly node: BuilderNodeReport }): ReactElement {
  const { builders } = useText();
  const { name, endpoint, status, version, fixed, native, emulated, error } = node;
  return (
    <tr>
      <td>
        <strong>{printable(name)}</strong>
        <Mono text={endpoint} className="note" sx={{ display: 'block' }} />
      </td>
      <td>
        <NodeStatus status={status} />
        {error !== undefined && (
          <Box sx={{ mt: 0.5, color: 'error.main', overflowWrap: 'anywhere' }}>{printable(error)}</Box>
        )}
      </td>
      <td>
        <PlatformTags platforms={native.map((platform) => ({ platform }))} />
        {fixed !== undefined && (
          <Box className="note" sx={{ mt: 0.5 }}>
            {builders.fixed(fixed.map(printable).join(', '))}
          </Box>
        )}
      </td>
      <td>
        <PlatformTags
          platforms={emulated.map((platform) => ({ platform }))}
          none={<span className="note">{builders.noEmulation}</span>}
        />
      </td>
      <td>{printable(version ?? '')}</td>
    </tr>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  running: 'success',
  error: 'error',
  inactive: 'secondary',
  stopped: 'secondary',
};

function NodeStatus({ status }: { readonly status: string }): ReactElement {
  const { builders } = useText();
  const words: Readonly<Record<string, string>> = builders.statuses;
  return (
    <StatusChip
      tone={TONES[status] ?? 'warning'}
      icon={status === 'running' ? 'check' : status in TONES && status !== 'error' ? 'clock' : 'warning'}
      label={words[status] ?? printable(status)}
    />
  );
}
