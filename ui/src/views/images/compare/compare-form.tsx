import type { Inspection } from '@xbundle/backend/contract';
import { Box, Button, MenuItem, TextField } from '@mui/material';
import { useState, type FormEvent, type ReactElement } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { ImageField } from '../../../components/fields/image-field.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { printable } from '../../../format/printable.ts';
import { usePlace } from '../../../memory/place.tsx';
import { useText } from '../../../text/use-text.tsx';
import { imagesOf } from '../tree-parts.ts';

interface Sides {
  readonly left: string;
  readonly right: string;
}

interface Props {
  readonly reference: string;
  readonly other: string;
  readonly sides: Sides;
  readonly onSides: (sides: Sides) => void;
  readonly left: Inspection | undefined;
  readonly right: Inspection | undefined;
}

/** What is compared with what: references, and platforms of them. */
export function CompareForm({ reference, other, sides, onSides, left, right }: Props): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const [text, setText] = useState(other);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    go({ compare: text.trim() });
  };
  return (
    <Panel>
      <Box
        component="form"
        onSubmit={submit}
        sx={{
          display: 'grid',
          gap: 1.5,
          alignItems: 'center',
          gridTemplateColumns: 'minmax(0, 3fr) minmax(8rem, 1fr)',
        }}
      >
        <TextField label={images.compareFirst} value={reference} slotProps={{ input: { readOnly: true } }} />
        <PlatformSelect
          label={images.platformOfFirst}
          value={sides.left}
          inspection={left}
          onChange={(platform) => {
            onSides({ ...sides, left: platform });
          }}
        />
        <ImageField label={images.compareWith} value={text} onChange={setText} />
        <PlatformSelect
          label={images.platformOfSecond}
          value={sides.right}
          inspection={right}
          onChange={(platform) => {
            onSides({ ...sides, right: platform });
          }}
        />
        <FormActions reference={reference} isReady={text.trim() !== ''} />
      </Box>
    </Panel>
  );
}

interface ActionsProps {
  readonly reference: string;
  readonly isReady: boolean;
}

function FormActions({ reference, isReady }: ActionsProps): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  return (
    <Box sx={{ gridColumn: '1 / -1', display: 'flex', gap: 1, justifyContent: 'flex-end', flexWrap: 'wrap' }}>
      <Button
        onClick={() => {
          go({ compare: reference });
        }}
      >
        {images.compareItself}
      </Button>
      <Button type="submit" variant="contained" startIcon={<Icon name="compare" />} disabled={!isReady}>
        {images.compareButton}
      </Button>
    </Box>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly inspection: Inspection | undefined;
  readonly onChange: (platform: string) => void;
}

function PlatformSelect({ label, value, inspection, onChange }: SelectProps): ReactElement {
  const { images } = useText();
  const platforms = inspection === undefined ? [] : imagesOf(inspection.tree).map(({ platform }) => platform);
  return (
    <TextField
      select
      label={label}
      value={platforms.includes(value) ? value : ''}
      disabled={inspection === undefined}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{images.allPlatforms}</MenuItem>
      {platforms.map((platform) => (
        <MenuItem key={platform} value={platform}>
          {printable(platform)}
        </MenuItem>
      ))}
    </TextField>
  );
}
