import { hasEnded, type JobSummary } from '@xbundle/backend/contract';
import { Button } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { Icon } from '../../components/icon.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { useText } from '../../text/use-text.tsx';

export function CancelButton({ job }: { readonly job: JobSummary }): ReactElement | null {
  const texts = useText();
  const cancel = useAction(async (client) => {
    await client.cancelJob({ id: job.id });
  });
  if (hasEnded(job.state)) return null;
  return (
    <>
      <ErrorOf of={cancel} />
      <Button
        variant="outlined"
        color="error"
        startIcon={<Icon name="stop" />}
        disabled={cancel.isRunning}
        onClick={() => void cancel.run()}
      >
        {cancel.isRunning ? texts.job.cancelling : texts.job.cancelJob}
      </Button>
    </>
  );
}
