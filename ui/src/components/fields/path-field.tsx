import { IconButton, InputAdornment, TextField, Tooltip } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { FolderDialog } from './folder-dialog.tsx';
import { Icon } from '../icon.tsx';
import { useHost } from '../../host/host-context.tsx';
import type { PathQuestion } from '../../host/host.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  readonly question: PathQuestion;
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** What is done with a path from the dialog, when that is not the same as typing it. */
  readonly onChosen?: (path: string) => void;
  readonly helperText?: string;
}

/** A path to type, or to choose: in the system's dialog where there is one, else in the page's own. */
export function PathField({
  question,
  label,
  value,
  onChange,
  onChosen = onChange,
  helperText = '',
}: Props): ReactElement {
  const { common } = useText();
  const choose = useChoosePath();
  return (
    <>
      <TextField
        label={label}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        helperText={helperText}
        fullWidth
        spellCheck={false}
        slotProps={{
          // A field shows the start of a path, whose end is what tells it from others.
          htmlInput: { title: value },
          input: {
            endAdornment: (
              <InputAdornment position="end">
                <Tooltip title={question.title}>
                  <IconButton
                    edge="end"
                    aria-label={common.choose}
                    onClick={() => {
                      choose.ask(question, onChosen);
                    }}
                  >
                    <Icon name="folder" />
                  </IconButton>
                </Tooltip>
              </InputAdornment>
            ),
          },
        }}
      />
      {choose.dialog}
    </>
  );
}

interface Chooser {
  readonly ask: (question: PathQuestion, onPath: (path: string) => void) => void;
  /** To be rendered where the chooser is used. */
  readonly dialog: ReactElement | undefined;
}

interface Asked {
  readonly question: PathQuestion;
  readonly onPath: (path: string) => void;
}

export function useChoosePath(): Chooser {
  const { choosePath } = useHost();
  const [asked, setAsked] = useState<Asked>();
  const ask = (question: PathQuestion, onPath: (path: string) => void): void => {
    if (choosePath === undefined) {
      setAsked({ question, onPath });
      return;
    }
    void choosePath(question).then((path) => {
      if (path !== undefined) onPath(path);
    });
  };
  const end = (path: string | undefined): void => {
    setAsked(undefined);
    if (path !== undefined) asked?.onPath(path);
  };
  return { ask, dialog: asked && <FolderDialog question={asked.question} onEnd={end} /> };
}
