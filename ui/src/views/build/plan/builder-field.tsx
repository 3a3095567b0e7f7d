import { MenuItem, TextField } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../../client/use-query.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';

interface Props {
  /** Empty: the one in use. */
  readonly value: string;
  readonly onChange: (builder: string) => void;
}

export function BuilderField({ value, onChange }: Props): ReactElement {
  const { build } = useText();
  const { value: answer } = useQuery('builders', (client, signal) => client.builders({}, { signal }));
  const names = (answer?.builders ?? []).map(({ name }) => name);
  const options = value === '' || names.includes(value) ? names : [...names, value];
  const current = answer?.builders.find((builder) => builder.current)?.name;
  const inUse =
    current === undefined ? build.builderDefault : `${printable(current)} (${build.builderDefault})`;
  return (
    <TextField
      select
      label={build.builder}
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{inUse}</MenuItem>
      {options.map((name) => (
        <MenuItem key={name} value={name}>
          {printable(name)}
        </MenuItem>
      ))}
    </TextField>
  );
}
