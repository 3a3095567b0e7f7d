import { useCallback, useState } from 'react';
import type { z } from 'zod';

const PREFIX = 'xbundle.';

/**
 * State that is there again after a reload or a change of the tab. What is stored and does not fit the schema
 * (an older version's) is forgotten; without storage the state lasts as long as the page.
 */
export function useRemembered<Value>(
  key: string,
  schema: z.ZodType<Value>,
  initial: Value,
): readonly [Value, (next: Value) => void] {
  const [value, setValue] = useState(() => recall(key, schema) ?? initial);
  const remember = useCallback(
    (next: Value) => {
      setValue(next);
      store(key, next);
    },
    [key],
  );
  return [value, remember];
}

function recall<Value>(key: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    const text = localStorage.getItem(`${PREFIX}${key}`);
    return text === null ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(`${PREFIX}${key}`, JSON.stringify(value));
  } catch {
    // Storage is full or not allowed: nothing is remembered, and the page works.
  }
}
