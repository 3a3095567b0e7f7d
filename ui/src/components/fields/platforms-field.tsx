import { Autocomplete, TextField, type TextFieldProps } from '@mui/material';
import type { ReactElement } from 'react';
import { useText } from '../../text/use-text.tsx';

const USUAL = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/arm/v6',
  'linux/386',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
];

interface Props {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (platforms: string[]) => void;
  readonly placeholder?: string;
  readonly helperText?: string;
}

/** A list of platforms: the usual ones to choose, any other to type. */
export function PlatformsField({ label, value, onChange, placeholder, helperText }: Props): ReactElement {
  const { common } = useText();
  return (
    <Autocomplete
      multiple
      freeSolo
      size="small"
      options={USUAL}
      filterSelectedOptions
      value={[...value]}
      onChange={(_, next) => {
        onChange(next.map((each) => each.trim()).filter((each) => each !== ''));
      }}
      renderInput={(params) => (
        <TextField
          // MUI declares optional fields of both as if `undefined` were no value.
          {...(params as TextFieldProps)}
          label={label}
          // The hint says what an empty list means: it is to be read without a click.
          slotProps={{ inputLabel: { shrink: true } }}
          placeholder={value.length === 0 ? (placeholder ?? common.otherPlatform) : ''}
          helperText={helperText ?? ''}
        />
      )}
    />
  );
}
