import { Alert, Button } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { ErrorNotice } from '../../components/states/error-notice.tsx';
import { ToldNotice } from '../../components/states/told-notice.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { useFacts } from './facts.tsx';

/** What the user has to know whatever the tab: no engine, no backend, jobs that run otherwise, a history set aside. */
export function Notices(): ReactElement | null {
  const { common } = useText();
  const query = useFacts();
  const dismiss = useAction(async (client, id: string) => {
    await client.dismissNotice({ id });
    query.reload();
  });
  const { value, error } = query;
  if (error !== undefined) {
    const isKeyless = error.code === 'UNAUTHORIZED';
    const words = isKeyless ? { title: common.noTokenTitle, advice: common.noToken } : {};
    return (
      <Notice>
        <ErrorNotice error={error} {...words} onRetry={query.reload} />
      </Notice>
    );
  }
  if (value === undefined) return null;
  const { engineError, jobs, notices } = value;
  return (
    <>
      {engineError !== undefined && (
        <Notice>
          <Alert severity="error" variant="outlined" action={<Retry onClick={query.reload} />}>
            {common.engineMissing}: {printable(engineError.message)} {common.engineMissingHelp}
          </Alert>
        </Notice>
      )}
      {jobs.note !== undefined && (
        <Notice>
          <ToldNotice told={jobs.note} />
        </Notice>
      )}
      {dismiss.error !== undefined && (
        <Notice>
          <ErrorNotice error={dismiss.error} />
        </Notice>
      )}
      {notices.map(({ id, message }) => (
        <Notice key={id}>
          <Alert
            severity="warning"
            action={
              <Button color="inherit" onClick={() => void dismiss.run(id)}>
                {common.dismiss}
              </Button>
            }
          >
            {printable(message)}
          </Alert>
        </Notice>
      ))}
    </>
  );
}

function Notice({ children }: { readonly children: ReactElement }): ReactElement {
  return <div style={{ marginBottom: '1rem' }}>{children}</div>;
}

function Retry({ onClick }: { readonly onClick: () => void }): ReactElement {
  const { common } = useText();
  return (
    <Button color="inherit" onClick={onClick}>
      {common.tryAgain}
    </Button>
  );
}
