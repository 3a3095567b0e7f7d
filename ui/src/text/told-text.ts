import type { ToldText } from '@xbundle/backend/contract';
import { fillIn } from '@xbundle/core/model';
import type { Text } from './en.ts';

/** A sentence of the backend in the reader's language; as it is where there is none for its code. */
export function toldText(
  { message, code = '', values = {} }: ToldText,
  { sentences }: Text['explained'],
): string {
  const own = sentences[code];
  return (own === undefined ? undefined : fillIn(own, values)) ?? message;
}
