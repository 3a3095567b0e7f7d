import { Box, Collapse, Link, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { CheckField } from '../../components/check-field.tsx';
import { SaveField } from '../../components/save-field.tsx';
import { baseName } from '../../format/host-path.ts';
import { useHost } from '../../host/host-context.tsx';
import { useText } from '../../text/use-text.tsx';
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
  const [isOpen, setOpen] = useState(() => [...MORE, 'inTab' as const].some((flag) => choice[flag]));
  const box = (flag: Flag, label: string): ReactElement => (
    <CheckField
      label={label}
      checked={choice[flag]}
      onChange={(on) => {
        onChoice({ ...choice, [flag]: on });
      }}
    />
  );
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 3 }}>
        {box('load', build.load)}
        {box('push', build.push)}
        {box('exports', build.exportFile)}
        {choice.exports && box('overwrite', build.overwrite)}
      </Box>
      {choice.exports && (
        <SaveField
          label={build.exportPath}
          value={choice.exportPath}
          fallback={`${baseName(directory) || 'release'}.tar`}
          onChange={(exportPath) => {
            onChoice({ ...choice, exportPath });
          }}
        />
      )}
      <Link
        component="button"
        aria-expanded={isOpen}
        sx={{ justifySelf: 'start' }}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        {build.moreOptions}
      </Link>
      <Collapse in={isOpen} unmountOnExit>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 3 }}>
          {MORE.map((flag) => (
            <span key={flag}>{box(flag, build[flag])}</span>
          ))}
        </Box>
        {startTabBuild !== undefined && (
          <>
            {box('inTab', build.inTab)}
            <Typography variant="body2" color="text.secondary">
              {build.inTabHelp}
            </Typography>
          </>
        )}
      </Collapse>
    </Box>
  );
}
