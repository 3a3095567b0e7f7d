import { Autocomplete, TextField, type TextFieldProps } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { printable } from '../../format/printable.ts';
import { useImageNames } from './use-image-names.ts';

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: readonly string[];
  readonly onChange: (images: string[]) => void;
}

/** Image names: the engine's to choose, any other to type. */
export function ImagesField({ label, placeholder, value, onChange }: Props): ReactElement {
  const [input, setInput] = useState('');
  const names = useImageNames(input);
  return (
    <Autocomplete
      multiple
      freeSolo
      autoHighlight={false}
      size="small"
      options={[...names]}
      filterSelectedOptions
      filterOptions={(all) => all}
      getOptionLabel={printable}
      value={[...value]}
      onChange={(_, next) => {
        onChange(next.map((each) => each.trim()).filter((each) => each !== ''));
      }}
      onInputChange={(_, text) => {
        setInput(text);
      }}
      renderInput={(params) => (
        // MUI declares optional fields of both as if `undefined` were no value.
        <TextField
          {...(params as TextFieldProps)}
          label={label}
          placeholder={value.length === 0 ? placeholder : ''}
        />
      )}
    />
  );
}
