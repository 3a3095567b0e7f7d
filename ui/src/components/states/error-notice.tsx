import { Alert, AlertTitle, Button } from '@mui/material';
import type { ReactElement } from 'react';
import type { BackendError } from '../../client/backend-error.ts';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  readonly error: BackendError;
  readonly title?: string;
  /** What to do, where the page knows that better than the backend. */
  readonly advice?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What failed, in the backend's words, which say what to do next. Never a stack trace. */
export function ErrorNotice({ error, title, advice, onRetry }: Props): ReactElement {
  const { common, errors } = useText();
  const what = (errors as Readonly<Record<string, string>>)[error.code];
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
      <AlertTitle>{title ?? (what === undefined ? common.errorTitle : common.errorOf(what))}</AlertTitle>
      <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {printable(error.message)}
        {advice !== undefined && `\n${advice}`}
      </span>
    </Alert>
  );
}
