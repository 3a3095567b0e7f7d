import type { Inspection } from '@xbundle/backend/contract';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
} from '@mui/material';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Mono } from '../../components/mono.tsx';
import { Queried } from '../../components/queried.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { shortDigest } from '../../format/digest.ts';
import { useText } from '../../text/use-text.tsx';
import { compareTrees, type PlatformComparison } from './compare-trees.ts';

interface Props {
  readonly left: Inspection;
  readonly onClose: () => void;
}

/** Two images platform by platform. */
export function CompareDialog({ left, onClose }: Props): ReactElement {
  const { images, common } = useText();
  const [text, setText] = useState('');
  const [other, setOther] = useState<string>();
  const query = useQuery(other && `inspect ${other}`, (client, signal) =>
    client.inspect({ reference: other ?? '' }, { signal }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') setOther(text.trim());
  };
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose}>
      <DialogTitle>
        {images.compareTitle}: <Mono text={left.name} />
      </DialogTitle>
      <DialogContent dividers>
        <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 1, mb: 2, pt: 0.5 }}>
          <TextField
            autoFocus
            fullWidth
            label={images.compareWith}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
          />
          <Button type="submit" variant="contained">
            {images.compareButton}
          </Button>
        </Box>
        {other !== undefined && (
          <Queried query={query}>{(right) => <Comparison left={left} right={right} />}</Queried>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{common.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Comparison({
  left,
  right,
}: {
  readonly left: Inspection;
  readonly right: Inspection;
}): ReactElement {
  const { images, common } = useText();
  if (left.tree.digest === right.tree.digest) return <Alert severity="success">{images.identical}</Alert>;
  return (
    <DataTable>
      <thead>
        <tr>
          <th scope="col">{common.platform}</th>
          <th scope="col">{common.state}</th>
          <th scope="col">{images.layers}</th>
          <th scope="col" className="number">
            {common.size}
          </th>
        </tr>
      </thead>
      <tbody>
        {compareTrees(left.tree, right.tree).map((row) => (
          <ComparisonRow key={row.platform} row={row} />
        ))}
      </tbody>
    </DataTable>
  );
}

function ComparisonRow({ row }: { readonly row: PlatformComparison }): ReactElement {
  const { images } = useText();
  const { platform, verdict, commonLayers, layers, growth, left, right } = row;
  return (
    <tr>
      <td>
        <Mono text={platform} />
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
      <td className="number">{`${growth < 0 ? '−' : '+'}${formatBytes(Math.abs(growth))}`}</td>
    </tr>
  );
}
