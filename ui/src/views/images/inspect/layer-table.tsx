import type { TreeImage } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { Digest } from '../../../components/values/digest.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { TableHead } from '../../../components/tables/table-head.tsx';
import { formatBytes } from '../../../format/bytes.ts';
import { useText } from '../../../text/use-text.tsx';

/** Layers from the base up, each with the step that made it, and how much of the image it is. */
export function LayerTable({ layers }: Pick<TreeImage, 'layers'>): ReactElement {
  const { images: texts, common } = useText();
  const largest = Math.max(1, ...layers.map(({ size }) => size));
  return (
    <Box sx={{ overflow: 'auto' }}>
      <DataTable aria-label={texts.layers}>
        <TableHead columns={[[common.size, 'number'], texts.layerStep, common.digest]} />
        <tbody>
          {layers.map(({ digest, size, createdBy, sharedBy }, at) => (
            <tr key={`${digest} ${at}`}>
              <td className="number" style={{ width: '8rem' }}>
                {formatBytes(size)}
                <Box
                  aria-hidden
                  sx={{
                    height: '0.1875rem',
                    mt: 0.5,
                    ml: 'auto',
                    bgcolor: 'primary.main',
                    borderRadius: 1,
                    opacity: 0.7,
                  }}
                  style={{ width: `${(size / largest) * 100}%` }}
                />
              </td>
              <td>
                {createdBy !== undefined && <Mono text={createdBy} />}
                {sharedBy !== undefined && (
                  <Box sx={{ mt: 0.5 }} title={sharedBy.join(', ')}>
                    <StatusChip tone="info" icon="layers" label={texts.sharedBy(sharedBy.length)} />
                  </Box>
                )}
              </td>
              <td style={{ width: '14rem' }}>
                <Digest digest={digest} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Box>
  );
}
