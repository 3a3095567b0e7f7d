import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, Chip, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { printable } from '../../../format/printable.ts';
import { usePlace } from '../../../memory/place.tsx';
import { useText } from '../../../text/use-text.tsx';
import { useChooseProject } from '../use-choose-project.tsx';

type Project = ResponseOf<'project'>;

interface Props {
  readonly project: Project;
  readonly files: readonly string[];
  readonly onFiles: (files: string[]) => void;
}

/** Which folder is built, and by which of its definitions. */
export function PlanHeader({ project, files, onFiles }: Props): ReactElement {
  const { build } = useText();
  const { go } = usePlace();
  const choose = useChooseProject();
  return (
    <Box sx={{ display: 'flex', gap: 2, rowGap: 1, alignItems: 'center', flexWrap: 'wrap', minWidth: 0 }}>
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h2" component="h2">
          {printable(project.name)}
        </Typography>
        <Mono text={project.directory} sx={{ color: 'text.secondary' }} />
      </Box>
      <Definitions project={project} files={files} onFiles={onFiles} />
      <Box sx={{ display: 'flex', gap: 1, ml: 'auto' }}>
        <Button
          onClick={() => {
            go({ project: undefined, files: undefined });
          }}
        >
          {build.recent}
        </Button>
        <Button variant="outlined" startIcon={<Icon name="folder" />} onClick={choose.ask}>
          {build.changeFolder}
        </Button>
      </Box>
      {choose.dialog}
    </Box>
  );
}

function Definitions({ project, files, onFiles }: Props): ReactElement {
  const { build } = useText();
  const isUsed = (path: string, isDefault: boolean): boolean =>
    files.length === 0 ? isDefault : files.includes(path);
  return (
    <Box role="group" aria-label={build.definitions} sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
      {project.definitions.map((definition) => {
        const { path, name } = definition;
        const used = isUsed(path, definition.default);
        return (
          <Chip
            key={path}
            clickable
            size="small"
            aria-pressed={used}
            color={used ? 'primary' : 'default'}
            variant="outlined"
            icon={<Icon name={used ? 'check' : 'file'} sx={{ fontSize: '0.875rem' }} />}
            label={printable(name)}
            title={build.definitionKinds[definition.kind]}
            onClick={() => {
              onFiles(used ? [] : [path]);
            }}
            sx={{ px: 0.5, fontWeight: used ? 500 : 400 }}
          />
        );
      })}
    </Box>
  );
}
