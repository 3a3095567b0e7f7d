import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, TextField } from '@mui/material';
import type { ReactElement } from 'react';
import { Panel } from '../../../components/layout/panel.tsx';
import { PlatformsField } from '../../../components/fields/platforms-field.tsx';
import { useText } from '../../../text/use-text.tsx';
import { BuildOptions } from './build-options.tsx';
import { BuilderField } from './builder-field.tsx';
import type { Choice } from './choice.ts';

interface Props {
  readonly project: ResponseOf<'project'>;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** For which platforms, on which builder, and where the images go. */
export function PlanSettings({ project, choice, onChoice }: Props): ReactElement {
  const { build } = useText();
  const set = (change: Partial<Choice>): void => {
    onChoice({ ...choice, ...change });
  };
  return (
    <Panel title={build.settings}>
      <Box sx={{ display: 'grid', gap: 2, pt: 0.5 }}>
        <PlatformsField
          label={build.addPlatform}
          value={choice.platforms}
          onChange={(platforms) => {
            set({ platforms });
          }}
          placeholder={build.fromDefinition}
        />
        <BuilderField
          value={choice.builder}
          onChange={(builder) => {
            set({ builder });
          }}
        />
        {project.definitions.every(({ kind }) => kind === 'dockerfile') && (
          <TextField
            label={build.tag}
            helperText={build.tagHelp}
            value={choice.tag}
            onChange={(event) => {
              set({ tag: event.target.value });
            }}
          />
        )}
        <BuildOptions choice={choice} onChoice={onChoice} directory={project.directory} />
      </Box>
    </Panel>
  );
}
