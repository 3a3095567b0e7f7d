import { Autocomplete, TextField, type TextFieldProps } from '@mui/material';
import type { ReactElement } from 'react';
import { printable } from '../../format/printable.ts';
import { useImageNames } from './use-image-names.ts';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (image: string) => void;
}

/** One image name: the engine's to choose, any other to type. */
export function ImageField({ label, value, onChange }: Props): ReactElement {
  const names = useImageNames(value);
  return (
    <Autocomplete
      freeSolo
      size="small"
      options={[...names]}
      filterOptions={(all) => all}
      getOptionLabel={printable}
      inputValue={value}
      onInputChange={(_, text) => {
        onChange(text);
      }}
      renderInput={(params) => (
        // MUI declares optional fields of both as if `undefined` were no value.
        <TextField {...(params as TextFieldProps)} label={label} />
      )}
    />
  );
}
