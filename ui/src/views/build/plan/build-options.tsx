import { Box, Collapse, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { CheckField } from '../../../components/fields/check-field.tsx';
import { Disclosure } from '../../../components/layout/disclosure.tsx';
import { SaveField } from '../../../components/fields/save-field.tsx';
import { baseName } from '../../../format/host-path.ts';
import { useHost } from '../../../host/host-context.tsx';
import { useText } from '../../../text/use-text.tsx';
import type { Choice } from './choice.ts';

interface Props {
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly directory: string;
}

type Flag = 'load' | 'push' | 'exports' | 'overwrite' | (typeof MORE)[number] | 'inTab';

const MORE = ['noCache', 'pull', 'provenance', 'sbom'] as const;

/** Where the images go, and how they are built. */
export function BuildOptions({ choice, onChoice, directory }: Props): ReactElement {
  const { build } = useText();
  const { startTabBuild } = useHost();
  const box = (flag: Flag, label: string): ReactElement => (
    <CheckField
      key={flag}
      label={label}
      checked={choice[flag]}
      onChange={(on) => {
        onChoice({ ...choice, [flag]: on });
      }}
    />
  );
  return (
    <Box sx={{ display: 'grid' }}>
      {box('load', build.load)}
      {box('push', build.push)}
      {box('exports', build.exportFile)}
      <Collapse in={choice.exports} unmountOnExit>
        <Box sx={{ display: 'grid', pt: 1 }}>
          <SaveField
            label={build.exportPath}
            value={choice.exportPath}
            fallback={`${baseName(directory) || 'release'}.tar`}
            onChange={(exportPath) => {
              onChoice({ ...choice, exportPath });
            }}
          />
          {box('overwrite', build.overwrite)}
        </Box>
      </Collapse>
      <Disclosure
        label={build.moreOptions}
        isOpenFirst={[...MORE, 'inTab' as const].some((flag) => choice[flag])}
      >
        <Box sx={{ display: 'grid' }}>
          {MORE.map((flag) => box(flag, build[flag]))}
          {startTabBuild !== undefined && (
            <>
              {box('inTab', build.inTab)}
              <Typography variant="body2" color="text.secondary">
                {build.inTabHelp}
              </Typography>
            </>
          )}
        </Box>
      </Disclosure>
    </Box>
  );
}
