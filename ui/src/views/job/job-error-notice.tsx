import type { Job } from '@xbundle/backend/contract';
import { Alert, AlertTitle } from '@mui/material';
import type { ReactElement } from 'react';
import { printable } from '../../format/printable.ts';
import { useLanguage, useText } from '../../text/use-text.tsx';

/**
 * Why a job failed, in its own words, which say what to do next; nothing for others. The program speaks English: to
 * others its words are introduced.
 */
export function JobErrorNotice({ job }: { readonly job: Pick<Job, 'error'> }): ReactElement | null {
  const { errors } = useText();
  const isTranslated = useLanguage() !== 'en';
  if (job.error === undefined) return null;
  const what = (errors as Readonly<Record<string, string>>)[job.error.code];
  return (
    <Alert severity="error" variant="outlined">
      {isTranslated && what !== undefined && <AlertTitle>{what}</AlertTitle>}
      <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{printable(job.error.message)}</span>
    </Alert>
  );
}
