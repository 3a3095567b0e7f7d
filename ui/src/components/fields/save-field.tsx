import type { ReactElement } from 'react';
import { baseName, joinPath } from '../../format/host-path.ts';
import { useText } from '../../text/use-text.tsx';
import { PathField } from './path-field.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** The file's name, until one is typed. */
  readonly fallback: string;
  readonly helperText?: string;
}

/** A file to write: the folder is chosen, the name is typed, since no host has a dialog to save a file. */
export function SaveField({ label, value, onChange, fallback, helperText = '' }: Props): ReactElement {
  const { common } = useText();
  return (
    <PathField
      question={{ kind: 'folder', title: common.chooseFolder }}
      label={label}
      value={value}
      onChange={onChange}
      onChosen={(folder) => {
        const name = baseName(value);
        onChange(joinPath(folder, name.includes('.') ? name : fallback));
      }}
      helperText={helperText}
    />
  );
}
