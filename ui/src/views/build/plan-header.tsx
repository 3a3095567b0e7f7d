import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, Chip, MenuItem, TextField, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/mono.tsx';
import { useChoosePath } from '../../components/path-field.tsx';
import { PlatformsField } from '../../components/platforms-field.tsx';
import { printable } from '../../format/printable.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import type { Choice } from './choice.ts';

type Project = ResponseOf<'project'>;

interface Props {
  readonly project: Project;
  readonly files: readonly string[];
  readonly choice: Choice;
  readonly onFiles: (files: string[]) => void;
  readonly onChoice: (choice: Choice) => void;
}

/** Which folder, by which definition, for which platforms, on which builder. */
export function PlanHeader(props: Props): ReactElement {
  const { project, files, choice, onFiles, onChoice } = props;
  const { build } = useText();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <ProjectLine project={project} />
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'flex-start', flexWrap: 'wrap' }}>
        <Definitions project={project} files={files} onFiles={onFiles} />
        <Box sx={{ flex: '1 1 22rem', minWidth: '16rem' }}>
          <PlatformsField
            label={build.addPlatform}
            value={choice.platforms}
            onChange={(platforms) => {
              onChoice({ ...choice, platforms });
            }}
            placeholder={build.fromDefinition}
          />
        </Box>
        <BuilderField
          value={choice.builder}
          onChange={(builder) => {
            onChoice({ ...choice, builder });
          }}
        />
        {project.definitions.every(({ kind }) => kind === 'dockerfile') && (
          <TextField
            label={build.tag}
            helperText={build.tagHelp}
            value={choice.tag}
            onChange={(event) => {
              onChoice({ ...choice, tag: event.target.value });
            }}
          />
        )}
      </Box>
    </Box>
  );
}

function ProjectLine({ project }: { readonly project: Project }): ReactElement {
  const { build, common } = useText();
  const { go } = usePlace();
  const choose = useChoosePath();
  return (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', minWidth: 0 }}>
      <Icon name="folder" sx={{ fontSize: '1.5rem', color: 'text.secondary' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="h2" component="h2">
          {printable(project.name)}
        </Typography>
        <Mono text={project.directory} sx={{ color: 'text.secondary' }} />
      </Box>
      <Button
        onClick={() => {
          go({ project: undefined, files: undefined });
        }}
      >
        {build.recent}
      </Button>
      <Button
        variant="outlined"
        onClick={() => {
          choose.ask({ kind: 'folder', title: common.chooseFolder }, (directory) => {
            go({ project: directory, files: undefined });
          });
        }}
      >
        {build.changeFolder}
      </Button>
      {choose.dialog}
    </Box>
  );
}

type DefinitionsProps = Pick<Props, 'project' | 'files' | 'onFiles'>;

function Definitions({ project, files, onFiles }: DefinitionsProps): ReactElement {
  const { build } = useText();
  const isUsed = (path: string, isDefault: boolean): boolean =>
    files.length === 0 ? isDefault : files.includes(path);
  return (
    <Box
      role="group"
      aria-label={build.definitions}
      sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', py: 0.5 }}
    >
      {project.definitions.map((definition) => {
        const { path, name, kind } = definition;
        const used = isUsed(path, definition.default);
        return (
          <Chip
            key={path}
            clickable
            aria-pressed={used}
            color={used ? 'primary' : 'default'}
            variant={used ? 'filled' : 'outlined'}
            icon={<Icon name={used ? 'check' : 'file'} />}
            label={`${printable(name)} · ${kind}`}
            onClick={() => {
              onFiles(used ? [] : [path]);
            }}
          />
        );
      })}
    </Box>
  );
}

interface BuilderProps {
  readonly value: string;
  readonly onChange: (builder: string) => void;
}

function BuilderField({ value, onChange }: BuilderProps): ReactElement {
  const { build } = useText();
  const { value: answer } = useQuery('builders', (client, signal) => client.builders({}, { signal }));
  const names = (answer?.builders ?? []).map(({ name }) => name);
  const options = value === '' || names.includes(value) ? names : [...names, value];
  const current = answer?.builders.find((builder) => builder.current)?.name;
  const inUse = current === undefined ? build.builderDefault : `${current} (${build.builderDefault})`;
  return (
    <TextField
      select
      label={build.builder}
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      sx={{ minWidth: '14rem' }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{inUse}</MenuItem>
      {options.map((name) => (
        <MenuItem key={name} value={name}>
          {printable(name)}
        </MenuItem>
      ))}
    </TextField>
  );
}
