import { Checkbox, FormControlLabel } from '@mui/material';
import type { ReactElement } from 'react';

interface Props {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** A box with its words. */
export function CheckField({ label, checked, onChange }: Props): ReactElement {
  const box = (
    <Checkbox
      checked={checked}
      onChange={(_, next) => {
        onChange(next);
      }}
    />
  );
  return <FormControlLabel control={box} label={label} />;
}
