import type { ToldText } from '@xbundle/backend/contract';
import { Alert } from '@mui/material';
import type { ReactElement } from 'react';
import { printable } from '../../format/printable.ts';
import { toldText } from '../../text/told-text.ts';
import { useText } from '../../text/use-text.tsx';

/** What is to be known of how things are done here; nothing where there is nothing to know. */
export function ToldNotice({ told }: { readonly told: ToldText | undefined }): ReactElement | null {
  const { explained } = useText();
  if (told === undefined) return null;
  return <Alert severity="info">{printable(toldText(told, explained))}</Alert>;
}
