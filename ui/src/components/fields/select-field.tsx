import { MenuItem, TextField } from '@mui/material';
import type { ReactElement } from 'react';

interface Props<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** What can be chosen, with its words, in this order. */
  readonly options: Readonly<Record<Value, string>>;
  readonly onChange: (value: Value) => void;
}

/** One of a few values. */
export function SelectField<Value extends string>(props: Props<Value>): ReactElement {
  const { label, value, options, onChange } = props;
  const values = Object.keys(options) as Value[];
  return (
    <TextField
      select
      label={label}
      value={value}
      onChange={(event) => {
        const chosen = values.find((each) => each === event.target.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {values.map((each) => (
        <MenuItem key={each} value={each}>
          {options[each]}
        </MenuItem>
      ))}
    </TextField>
  );
}
