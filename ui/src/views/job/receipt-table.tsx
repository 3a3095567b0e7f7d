import type { JobResult } from '@xbundle/backend/contract';
import { Alert, Box } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../components/tables/data-table.tsx';
import { Digest } from '../../components/values/digest.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { TableHead } from '../../components/tables/table-head.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  /** The target, for people. */
  readonly label: string;
  readonly names: NonNullable<JobResult['names']>;
}

/** What an import proved: the digest that was wanted beside the one that the target says it has. */
export function ReceiptTable({ label, names }: Props): ReactElement {
  const { bundles, common } = useText();
  const isGood = names.every(({ wanted, found }) => wanted === found);
  return (
    <Panel title={bundles.receipt} flush>
      <Alert severity={isGood ? 'success' : 'error'} sx={{ mx: 2, mb: 1 }}>
        {(isGood ? bundles.receiptGood : bundles.receiptBad)(printable(label))}
      </Alert>
      <Box sx={{ overflow: 'auto' }}>
        <DataTable aria-label={bundles.receipt}>
          <TableHead columns={[common.name, bundles.wanted, bundles.found]} />
          <tbody>
            {names.map(({ name, wanted, found }) => (
              <tr key={name}>
                <td>
                  <Icon
                    name={wanted === found ? 'check' : 'cross'}
                    sx={{
                      color: wanted === found ? 'success.main' : 'error.main',
                      mr: 1,
                      verticalAlign: 'middle',
                    }}
                  />
                  <Mono text={name} />
                </td>
                <td>
                  <Digest digest={wanted} />
                </td>
                <td>{found === undefined ? bundles.notFound : <Digest digest={found} />}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </Box>
    </Panel>
  );
}
