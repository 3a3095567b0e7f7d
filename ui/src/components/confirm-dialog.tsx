import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import type { ReactElement } from 'react';
import { useText } from '../text/use-text.tsx';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly onEnd: (isConfirmed: boolean) => void;
}

/** Asked before something that cannot be taken back. */
export function ConfirmDialog({ title, text, action, onEnd }: Props): ReactElement {
  const { common } = useText();
  return (
    <Dialog
      open
      onClose={() => {
        onEnd(false);
      }}
    >
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>
        <DialogContentText>{text}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button
          autoFocus
          onClick={() => {
            onEnd(false);
          }}
        >
          {common.cancel}
        </Button>
        <Button
          variant="contained"
          color="error"
          onClick={() => {
            onEnd(true);
          }}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
