import { useCallback, useState } from 'react';
import type { z } from 'zod';
import { recallText, storeText } from './bounded-storage.ts';

/**
 * State that is there again after a reload or a change of the tab. What is stored and does not fit the schema
 * (an older version's) is forgotten; without storage the state lasts as long as the component. A component whose
 * `key` changes starts with what is stored under the new one.
 */
export function useRemembered<Value>(
  key: string,
  schema: z.ZodType<Value>,
  initial: Value,
): readonly [Value, (next: Value) => void] {
  const [held, setHeld] = useState(() => ({ key, value: recall(key, schema) ?? initial }));
  const mine = held.key === key ? held : { key, value: recall(key, schema) ?? initial };
  if (mine !== held) setHeld(mine);
  const remember = useCallback(
    (value: Value) => {
      setHeld({ key, value });
      storeText(key, JSON.stringify(value));
    },
    [key],
  );
  return [mine.value, remember];
}

function recall<Value>(key: string, schema: z.ZodType<Value>): Value | undefined {
  const text = recallText(key);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
