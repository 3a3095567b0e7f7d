import { Alert, AlertTitle, Button } from '@mui/material';
import type { ReactElement } from 'react';
import type { BackendError } from '../client/backend-error.ts';
import { useText } from '../text/use-text.tsx';

interface Props {
  readonly error: BackendError;
  readonly title?: string;
  readonly onRetry?: (() => void) | undefined;
}

/** What failed, in the backend's words, which say what to do next. Never a stack trace. */
export function ErrorNotice({ error, title, onRetry }: Props): ReactElement {
  const { common } = useText();
  return (
    <Alert
      severity="error"
      variant="outlined"
      action={
        onRetry && (
          <Button color="inherit" onClick={onRetry}>
            {common.tryAgain}
          </Button>
        )
      }
    >
      <AlertTitle>{title ?? common.errorTitle}</AlertTitle>
      <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{error.message}</span>
    </Alert>
  );
}
