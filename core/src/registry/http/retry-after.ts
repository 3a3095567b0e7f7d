import { LIMITS } from '../../limits.ts';

/**
 * How long a `Retry-After` header asks to wait, in milliseconds from `now`: seconds or an HTTP date, at most
 * `LIMITS.retryAfterMs`. What lies in the past or below zero is 0; what cannot be read is undefined.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  const wait = /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.min(Math.max(wait, 0), LIMITS.retryAfterMs);
}
