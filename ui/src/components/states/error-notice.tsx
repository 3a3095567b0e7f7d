import type { Failure } from '@xbundle/backend/contract';
import { Alert, AlertTitle, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { Explanation } from '../values/explanation.tsx';

interface Props {
  readonly error: Failure;
  readonly title?: string;
  /** What to do, where the page knows that better than the backend. */
  readonly advice?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What failed, by its code and in core's own words, which say what to do next. Never a stack trace. */
export function ErrorNotice({ error, title, advice, onRetry }: Props): ReactElement {
  const { common, errors, explained } = useText();
  const what = errors[error.code];
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
      <Explanation told={explained.errors[error.code]} text={printable(error.message)} />
      {advice !== undefined && <Typography>{advice}</Typography>}
    </Alert>
  );
}
