import { TextField } from '@mui/material';
import type { ReactElement } from 'react';
import { PathField } from '../../components/fields/path-field.tsx';
import { PlatformsField } from '../../components/fields/platforms-field.tsx';
import { SelectField } from '../../components/fields/select-field.tsx';
import { useText } from '../../text/use-text.tsx';
import type { ImportChoice } from './import-choice.ts';

interface Props {
  readonly choice: ImportChoice;
  readonly onChoice: (choice: ImportChoice) => void;
}

/** Where a bundle goes, and what happens to names that are there. */
export function ImportTarget({ choice, onChoice }: Props): ReactElement {
  const { bundles, common } = useText();
  const set = (change: Partial<ImportChoice>): void => {
    onChoice({ ...choice, ...change });
  };
  return (
    <>
      <TargetChoices choice={choice} onChange={set} />
      {choice.target === 'registry' && (
        <TextField
          label={bundles.registryPlace}
          value={choice.place}
          onChange={(event) => {
            set({ place: event.target.value.trim() });
          }}
        />
      )}
      {choice.target === 'oci' && (
        <PathField
          question={{ kind: 'folder', title: common.chooseFolder }}
          label={bundles.folder}
          value={choice.folder}
          onChange={(folder) => {
            set({ folder });
          }}
        />
      )}
      <PlatformsField
        label={bundles.importPlatforms}
        value={choice.platforms}
        helperText={bundles.importPlatformsHelp}
        onChange={(platforms) => {
          set({ platforms });
        }}
      />
    </>
  );
}

interface ChoicesProps {
  readonly choice: ImportChoice;
  readonly onChange: (change: Partial<ImportChoice>) => void;
}

function TargetChoices({ choice, onChange }: ChoicesProps): ReactElement {
  const { bundles } = useText();
  return (
    <>
      <SelectField
        label={bundles.target}
        value={choice.target}
        options={bundles.targets}
        onChange={(target) => {
          onChange({ target });
        }}
      />
      <SelectField
        label={bundles.onExisting}
        value={choice.onExistingTag}
        options={bundles.onExistings}
        onChange={(onExistingTag) => {
          onChange({ onExistingTag });
        }}
      />
      <SelectField
        label={bundles.archTags}
        value={choice.archTags}
        options={bundles.archTagModes}
        onChange={(archTags) => {
          onChange({ archTags });
        }}
      />
    </>
  );
}
