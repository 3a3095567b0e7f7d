import type { TreeNode } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { TextButton } from '../../../components/text-button.tsx';
import { TableHead } from '../../../components/tables/table-head.tsx';
import { formatGrowth } from '../../../format/bytes.ts';
import { shortDigest } from '../../../format/digest.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { compareTrees, type PlatformComparison } from './compare-trees.ts';

interface Props {
  readonly left: TreeNode;
  readonly right: TreeNode;
  /** A platform that both have is to be looked at. */
  readonly onPlatform: (platform: string) => void;
}

/** Two images platform by platform. */
export function ComparePlatforms({ left, right, onPlatform }: Props): ReactElement {
  const { images, common } = useText();
  return (
    <Box sx={{ overflow: 'auto' }}>
      <DataTable aria-label={images.comparePlatforms}>
        <TableHead columns={[common.platform, common.state, images.layers, [common.size, 'number']]} />
        <tbody>
          {compareTrees(left, right).map((row) => (
            <ComparisonRow key={row.platform} row={row} onPlatform={onPlatform} />
          ))}
        </tbody>
      </DataTable>
    </Box>
  );
}

interface RowProps {
  readonly row: PlatformComparison;
  readonly onPlatform: Props['onPlatform'];
}

function ComparisonRow({ row, onPlatform }: RowProps): ReactElement {
  const { images } = useText();
  const { platform, verdict, commonLayers, layers, growth, left, right } = row;
  return (
    <tr>
      <td>
        {left === undefined || right === undefined ? (
          <Mono text={platform} />
        ) : (
          <TextButton
            type="button"
            aria-label={images.compareLayersOf(printable(platform))}
            onClick={() => {
              onPlatform(platform);
            }}
          >
            <Mono text={platform} />
          </TextButton>
        )}
        <div className="note">
          {[left, right].map((image) => (image === undefined ? '–' : shortDigest(image.digest))).join(' → ')}
        </div>
      </td>
      <td>
        <StatusChip
          tone={verdict === 'same' ? 'success' : 'warning'}
          icon={verdict === 'same' ? 'check' : 'compare'}
          label={images[verdict]}
        />
      </td>
      <td>{images.layersInCommon(commonLayers, layers)}</td>
      <td className="number">{formatGrowth(growth)}</td>
    </tr>
  );
}
