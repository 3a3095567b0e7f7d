import type { TreeImage } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { Digest } from '../../../components/values/digest.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { PartBar } from '../../../components/values/part-bar.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { TableHead } from '../../../components/tables/table-head.tsx';
import { formatBytes, formatGrowth } from '../../../format/bytes.ts';
import { useText } from '../../../text/use-text.tsx';
import { diffLayers, type LayerPair } from './diff-layers.ts';
import { imageSize } from '../tree-parts.ts';

interface Props {
  readonly left: TreeImage;
  readonly right: TreeImage;
}

/** Two platforms layer by layer: what both have, and what only one has. */
export function CompareLayers({ left, right }: Props): ReactElement {
  const { images, common } = useText();
  const pairs = diffLayers(left.layers, right.layers);
  return (
    <Panel title={images.compareLayers} flush>
      <Box sx={{ px: 2, pb: 1.5, display: 'grid', gap: 1 }}>
        <Summary left={left} right={right} pairs={pairs} />
      </Box>
      <Box sx={{ overflow: 'auto' }}>
        <DataTable aria-label={images.compareLayers}>
          <TableHead columns={[common.state, [common.size, 'number'], images.layerStep, common.digest]} />
          <tbody>
            {pairs.map((pair, at) => (
              <PairRow key={at} pair={pair} />
            ))}
          </tbody>
        </DataTable>
      </Box>
    </Panel>
  );
}

interface SummaryProps extends Props {
  readonly pairs: readonly LayerPair[];
}

function Summary({ left, right, pairs }: SummaryProps): ReactElement {
  const { images } = useText();
  const sum = (isIt: (pair: LayerPair) => boolean): number =>
    pairs.filter(isIt).reduce((all, pair) => all + ((pair.left ?? pair.right)?.size ?? 0), 0);
  const both = sum((pair) => pair.left !== undefined && pair.right !== undefined);
  const [first, second] = [sum((pair) => pair.right === undefined), sum((pair) => pair.left === undefined)];
  const inCommon = pairs.filter((pair) => pair.left !== undefined && pair.right !== undefined).length;
  return (
    <>
      <Typography>
        <strong>{images.layersInCommon(inCommon, pairs.length)}</strong> ·{' '}
        {formatGrowth(imageSize(right) - imageSize(left))}
      </Typography>
      <PartBar
        label={images.compareLayers}
        parts={(
          [
            { label: `${formatBytes(both)} ${images.inBoth}`, value: both, tone: 'secondary' },
            { label: `${formatBytes(first)} ${images.onlyLeft}`, value: first, tone: 'error' },
            { label: `${formatBytes(second)} ${images.onlyRight}`, value: second, tone: 'success' },
          ] as const
        ).filter(({ value }) => value > 0)}
      />
    </>
  );
}

function PairRow({ pair: { left, right } }: { readonly pair: LayerPair }): ReactElement | null {
  const { images } = useText();
  const layer = left ?? right;
  if (layer === undefined) return null;
  const isBoth = left !== undefined && right !== undefined;
  return (
    <tr>
      <td style={{ width: '12rem' }}>
        {isBoth && <StatusChip tone="secondary" icon="check" label={images.inBoth} />}
        {right === undefined && <StatusChip tone="error" icon="dash" label={images.onlyLeft} />}
        {left === undefined && <StatusChip tone="success" icon="plus" label={images.onlyRight} />}
      </td>
      <td className="number">{formatBytes(layer.size)}</td>
      <td>{layer.createdBy !== undefined && <Mono text={layer.createdBy} />}</td>
      <td style={{ width: '14rem' }}>
        <Digest digest={layer.digest} />
      </td>
    </tr>
  );
}
