import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  IconButton,
  TextField,
} from '@mui/material';
import type { ReactElement } from 'react';
import { CheckField } from '../../components/fields/check-field.tsx';
import { Icon } from '../../components/icon.tsx';
import { PlatformsField } from '../../components/fields/platforms-field.tsx';
import { printable } from '../../format/printable.ts';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { JobStrip } from '../job/job-strip.tsx';
import { useStartedJob } from '../job/use-started-job.ts';
import {
  draftSchema,
  FIRST_NODE,
  isBuilderName,
  toBuilderRequest,
  type BuilderDraft,
  type NodeDraft,
} from './builder-request.ts';

interface Props {
  /** The builder that gets a node; empty for a new builder. */
  readonly appendTo: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** A new builder, or a node more. It is a job: BuildKit has to be fetched and started. */
export function BuilderDialog({ appendTo, onChanged, onClose }: Props): ReactElement {
  const { builders, common } = useText();
  const append = appendTo !== '';
  const first = { name: appendTo, nodes: [FIRST_NODE], use: !append, append };
  const [draft, setDraft] = useRemembered(`builder draft ${appendTo}`, draftSchema, first);
  const started = useStartedJob(`builder ${appendTo}`, onChanged);
  const isNamed = isBuilderName(draft.name);
  const close = (): void => {
    setDraft(first);
    onClose();
  };
  return (
    <Dialog open fullWidth maxWidth="md" onClose={close}>
      <DialogTitle>{append ? builders.appendTitle(printable(appendTo)) : builders.createTitle}</DialogTitle>
      <DialogContent dividers sx={{ display: 'grid', gap: 2 }}>
        {!append && (
          <NameField
            name={draft.name}
            onName={(name) => {
              setDraft({ ...draft, name });
            }}
          />
        )}
        <Nodes draft={draft} onDraft={setDraft} />
        <CheckField
          label={builders.useIt}
          checked={draft.use}
          onChange={(use) => {
            setDraft({ ...draft, use });
          }}
        />
        <JobStrip started={started} />
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>{common.close}</Button>
        <Button
          variant="contained"
          disabled={!isNamed || started.isBusy || started.job?.state === 'done'}
          onClick={() => void started.start(toBuilderRequest(draft))}
        >
          {append ? builders.startAppend : builders.start}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface NameProps {
  readonly name: string;
  readonly onName: (name: string) => void;
}

function NameField({ name, onName }: NameProps): ReactElement {
  const { builders } = useText();
  const isWrong = name !== '' && !isBuilderName(name);
  return (
    <TextField
      autoFocus
      label={builders.name}
      value={name}
      error={isWrong}
      helperText={isWrong ? builders.nameInvalid : ''}
      onChange={(event) => {
        onName(event.target.value);
      }}
    />
  );
}

interface NodesProps {
  readonly draft: BuilderDraft;
  readonly onDraft: (draft: BuilderDraft) => void;
}

function Nodes({ draft, onDraft }: NodesProps): ReactElement {
  const { builders } = useText();
  const { nodes } = draft;
  const setNode = (at: number, node: NodeDraft): void => {
    onDraft({ ...draft, nodes: nodes.with(at, node) });
  };
  return (
    <>
      {nodes.map((node, at) => (
        <Box
          key={at}
          sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr auto', alignItems: 'start' }}
        >
          <TextField
            label={builders.nodeEndpoint}
            helperText={builders.endpointHelp}
            value={node.endpoint}
            onChange={(event) => {
              setNode(at, { ...node, endpoint: event.target.value });
            }}
          />
          <PlatformsField
            label={builders.nodePlatforms}
            value={node.platforms}
            onChange={(platforms) => {
              setNode(at, { ...node, platforms });
            }}
          />
          <IconButton
            aria-label={builders.removeNode(at + 1)}
            disabled={nodes.length === 1}
            onClick={() => {
              onDraft({ ...draft, nodes: nodes.toSpliced(at, 1) });
            }}
          >
            <Icon name="trash" />
          </IconButton>
        </Box>
      ))}
      <Box>
        <Button
          startIcon={<Icon name="plus" />}
          onClick={() => {
            onDraft({ ...draft, nodes: [...nodes, FIRST_NODE] });
          }}
        >
          {builders.addNode}
        </Button>
      </Box>
    </>
  );
}
