import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { CheckField } from '../../components/fields/check-field.tsx';
import { ImagesField } from '../../components/fields/images-field.tsx';
import { PathField } from '../../components/fields/path-field.tsx';
import { PlatformsField } from '../../components/fields/platforms-field.tsx';
import { SelectField } from '../../components/fields/select-field.tsx';
import { useText } from '../../text/use-text.tsx';
import type { ExportChoice } from './export-choice.ts';

interface Props {
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
}

/** Which images, for which platforms, from where. */
export function ExportImages({ choice, onChoice }: Props): ReactElement {
  const { bundles, common } = useText();
  const set = (change: Partial<ExportChoice>): void => {
    onChoice({ ...choice, ...change });
  };
  return (
    <Box sx={{ display: 'grid', gap: 2, pt: 0.5 }}>
      <ImagesField
        label={bundles.chooseImages}
        placeholder={bundles.addImage}
        value={choice.images}
        onChange={(images) => {
          set({ images });
        }}
      />
      <PathField
        question={{ kind: 'file', title: common.chooseFile }}
        label={bundles.definition}
        value={choice.definition}
        onChange={(definition) => {
          set({ definition });
        }}
      />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 2fr) minmax(12rem, 1fr)' }}>
        <PlatformsField
          label={common.platforms}
          value={choice.platforms}
          helperText={bundles.platformsHelp}
          onChange={(platforms) => {
            set({ platforms });
          }}
        />
        <SelectField
          label={bundles.source}
          value={choice.from}
          options={bundles.sources}
          onChange={(from) => {
            set({ from });
          }}
        />
      </Box>
      <CheckField
        label={bundles.attestations}
        checked={choice.attestations}
        onChange={(attestations) => {
          set({ attestations });
        }}
      />
    </Box>
  );
}
