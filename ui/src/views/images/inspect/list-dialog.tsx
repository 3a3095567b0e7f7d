import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactElement } from 'react';
import { CheckField } from '../../../components/fields/check-field.tsx';
import { ImagesField } from '../../../components/fields/images-field.tsx';
import { SaveField } from '../../../components/fields/save-field.tsx';
import { useText } from '../../../text/use-text.tsx';
import { JobStrip } from '../../job/job-strip.tsx';
import { useStartedJob } from '../../job/use-started-job.ts';

interface Props {
  readonly name: string;
  readonly onClose: () => void;
}

/** Puts images of single platforms under one name. */
export function ListDialog({ name: first, onClose }: Props): ReactElement {
  const { images, common } = useText();
  const [name, setName] = useState(first);
  const [sources, setSources] = useState<string[]>([]);
  const [push, setPush] = useState(true);
  const [into, setInto] = useState('');
  const started = useStartedJob(`list ${first}`);
  const from = { kind: push ? 'registry' : 'auto' } as const;
  const request = { kind: 'manifest', name, sources, push, from, ...(into !== '' && { into }) } as const;
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose}>
      <DialogTitle>{images.makeListTitle}</DialogTitle>
      <DialogContent dividers sx={{ display: 'grid', gap: 2 }}>
        <Typography color="text.secondary">{images.makeListText}</Typography>
        <TextField
          label={images.listName}
          value={name}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <ImagesField label={images.listSources} placeholder="" value={sources} onChange={setSources} />
        <CheckField label={images.listPush} checked={push} onChange={setPush} />
        <SaveField label={images.listFile} value={into} onChange={setInto} fallback="list.tar" />
        <JobStrip started={started} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{common.close}</Button>
        <Button
          variant="contained"
          disabled={name === '' || (!push && into === '') || started.isBusy}
          onClick={() => void started.start(request)}
        >
          {images.listStart}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
