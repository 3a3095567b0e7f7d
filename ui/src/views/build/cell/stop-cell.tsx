import { Button } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../../../client/use-action.ts';
import { ErrorOf } from '../../../components/states/error-of.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useText } from '../../../text/use-text.tsx';

interface Props {
  readonly job: string;
  readonly cell: string;
}

/** Does without one cell of a build that is under way; the others go on. */
export function StopCell({ job, cell }: Props): ReactElement {
  const { build } = useText();
  const [isAsked, setAsked] = useState(false);
  const stop = useAction(async (client) => {
    await client.cancelCell({ id: job, cell });
    // It takes a moment until the cell itself says so.
    setAsked(true);
  });
  return (
    <>
      <Button
        color="error"
        startIcon={<Icon name="stop" />}
        disabled={stop.isRunning || isAsked}
        onClick={() => void stop.run()}
        sx={{ ml: 'auto' }}
      >
        {stop.isRunning || isAsked ? build.stoppingCell : build.stopCell}
      </Button>
      <ErrorOf of={stop} />
    </>
  );
}
