import type { Failure } from '@xbundle/backend/contract';
import type { ReactElement } from 'react';
import { ErrorNotice } from './error-notice.tsx';

interface Props {
  /** An action of the user, or a job. */
  readonly of: { readonly error?: Failure | undefined };
}

/** Why something failed; nothing while it did not. */
export function ErrorOf({ of: { error } }: Props): ReactElement | null {
  return error === undefined ? null : <ErrorNotice error={error} />;
}
