import type { CellReport } from '@xbundle/backend/contract';
import { Box, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { formatBytes } from '../../format/bytes.ts';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { DataTable } from './data-table.tsx';
import { Icon } from '../icon.tsx';
import type { Look } from '../look.ts';
import { Mono } from '../values/mono.tsx';
import { TextButton } from '../text-button.tsx';

const LOOKS: Readonly<Record<CellReport['state'], Look>> = {
  present: { icon: 'check', tone: 'success' },
  missing: { icon: 'cross', tone: 'error' },
  wrong: { icon: 'warning', tone: 'error' },
};

interface Props {
  readonly cells: readonly CellReport[];
  /** Makes the names of images buttons. */
  readonly onImage?: (image: string) => void;
}

/** Which image is there for which platform, as export, verify and receipts report it. */
export function CellMatrix({ cells, onImage }: Props): ReactElement {
  const { bundles, common } = useText();
  const platforms = [...new Set(cells.map(({ platform }) => platform))];
  const byImage = new Map<string, CellReport[]>();
  for (const cell of cells) byImage.set(cell.image, [...(byImage.get(cell.image) ?? []), cell]);
  return (
    <DataTable aria-label={bundles.cellsTitle}>
      <thead>
        <tr>
          <th scope="col">{common.image}</th>
          {platforms.map((platform) => (
            <th key={platform} scope="col">
              <Mono text={platform} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...byImage].map(([image, mine]) => (
          <tr key={image}>
            <th scope="row" style={{ fontWeight: 'inherit' }}>
              <ImageName image={image} onImage={onImage} />
            </th>
            {platforms.map((platform) => (
              <td key={platform}>
                <CellState cell={mine.find((cell) => cell.platform === platform)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

interface NameProps {
  readonly image: string;
  readonly onImage: ((image: string) => void) | undefined;
}

function ImageName({ image, onImage }: NameProps): ReactElement {
  const { bundles } = useText();
  if (onImage === undefined) return <Mono text={image} />;
  return (
    <TextButton
      type="button"
      aria-label={bundles.showTree(printable(image))}
      onClick={() => {
        onImage(image);
      }}
    >
      <Mono text={image} />
    </TextButton>
  );
}

function CellState({ cell }: { readonly cell: CellReport | undefined }): ReactElement {
  const { bundles, explained } = useText();
  if (cell === undefined) return <span className="note">–</span>;
  const { icon, tone } = LOOKS[cell.state];
  const why = cell.reason === undefined ? undefined : (explained.reasons[cell.state] ?? cell.reason);
  const note = cell.state === 'present' && cell.size !== undefined ? formatBytes(cell.size) : why;
  return (
    <Tooltip title={printable(cell.reason ?? cell.digest ?? '')}>
      <Box component="span" sx={{ display: 'inline-flex', gap: 0.75, alignItems: 'center' }}>
        <Icon name={icon} sx={{ color: `${tone}.main` }} titleAccess={bundles.cellStates[cell.state]} />
        <span className="note" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {printable(note ?? bundles.cellStates[cell.state])}
        </span>
      </Box>
    </Tooltip>
  );
}
