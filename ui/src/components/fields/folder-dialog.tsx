import type { ResponseOf } from '@xbundle/backend/contract';
import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  List,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { formatBytes } from '../../format/bytes.ts';
import type { PathQuestion } from '../../host/host.ts';
import { useText } from '../../text/use-text.tsx';
import { Icon } from '../icon.tsx';
import { Mono } from '../values/mono.tsx';
import { Queried } from '../states/queried.tsx';

interface Props {
  readonly question: PathQuestion;
  /** With the path that was chosen. */
  readonly onEnd: (path: string | undefined) => void;
}

type Folder = ResponseOf<'folder'>;

/** The page's own chooser, for `xbundle ui`: it shows what the server lets it see, and nothing outside of its root. */
export function FolderDialog({ question, onEnd }: Props): ReactElement {
  const { common } = useText();
  const [path, setPath] = useState<string>();
  const files = question.kind === 'file';
  const query = useQuery(`folder ${path ?? ''}`, (client, signal) =>
    client.folder({ files, ...(path !== undefined && { path }) }, { signal }),
  );
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={() => {
        onEnd(undefined);
      }}
    >
      <DialogTitle>{question.title}</DialogTitle>
      <DialogContent dividers sx={{ p: 0, height: '26rem' }}>
        <Queried query={query} rows={8}>
          {(folder) => <FolderList key={folder.path} folder={folder} onOpen={setPath} onFile={onEnd} />}
        </Queried>
      </DialogContent>
      <DialogActions>
        <Button
          onClick={() => {
            onEnd(undefined);
          }}
        >
          {common.cancel}
        </Button>
        {!files && (
          <Button
            variant="contained"
            disabled={query.value === undefined}
            onClick={() => {
              onEnd(query.value?.path);
            }}
          >
            {common.folderDialog.use}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface ListProps {
  readonly folder: Folder;
  readonly onOpen: (path: string) => void;
  readonly onFile: (path: string) => void;
}

function FolderList({ folder, onOpen, onFile }: ListProps): ReactElement {
  const { common } = useText();
  const texts = common.folderDialog;
  const [filter, setFilter] = useState('');
  const wanted = filter.toLowerCase();
  const entries = folder.entries.filter(({ name }) => name.toLowerCase().includes(wanted));
  const { parent } = folder;
  return (
    <>
      <Box sx={{ px: 2, pt: 1.5, display: 'grid', gap: 1 }}>
        <Mono text={folder.path} />
        <TextField
          autoFocus
          fullWidth
          label={texts.filter}
          value={filter}
          onChange={(event) => {
            setFilter(event.target.value);
          }}
        />
      </Box>
      <List dense component="div">
        {parent !== undefined && (
          <Entry
            icon="up"
            name={texts.up}
            onClick={() => {
              onOpen(parent);
            }}
          />
        )}
        {entries.map(({ kind, name, path, size }) => (
          <Entry
            key={path}
            icon={kind}
            name={name}
            note={size === undefined || kind === 'folder' ? undefined : formatBytes(size)}
            onClick={() => {
              (kind === 'folder' ? onOpen : onFile)(path);
            }}
          />
        ))}
      </List>
      <Typography variant="body2" color="text.secondary" sx={{ px: 2, pb: 1.5 }}>
        {entries.length === 0 && `${texts.empty} `}
        {folder.cut && `${texts.cut} `}
        {parent === undefined && texts.inside(folder.root)}
      </Typography>
    </>
  );
}

interface EntryProps {
  readonly icon: 'up' | 'folder' | 'file';
  readonly name: string;
  readonly note?: string | undefined;
  readonly onClick: () => void;
}

function Entry({ icon, name, note, onClick }: EntryProps): ReactElement {
  return (
    <ListItemButton onClick={onClick}>
      <ListItemIcon sx={{ minWidth: '2rem', fontSize: '1.1rem' }}>
        <Icon name={icon} />
      </ListItemIcon>
      <ListItemText primary={icon === 'up' ? name : <Mono text={name} />} />
      {note !== undefined && (
        <Typography variant="body2" color="text.secondary">
          {note}
        </Typography>
      )}
    </ListItemButton>
  );
}
