import { useEffect, useRef, useState } from 'react';

/** The value once it has been the same, as JSON, for a while: what follows typing waits for its end. */
export function useDebounced<Value>(value: Value, delayMs = 400): Value {
  const [settled, setSettled] = useState(value);
  const latest = useRef(value);
  latest.current = value;
  // An object that is made anew each time the page is drawn is still the same value.
  const key = JSON.stringify(value) as string | undefined;
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(latest.current);
    }, delayMs);
    return () => {
      clearTimeout(timer);
    };
  }, [key, delayMs]);
  return settled;
}
