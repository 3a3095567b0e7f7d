import { isXbundleError } from '../../errors.ts';
import type { Failure } from '../facts.ts';

/** What was asked for, or why it could not be had. */
export type Attempt<T> = { readonly value: T } | { readonly failure: Failure };

/** Makes a failure a value: a doctor tells it. Throws INTERRUPTED, and what is no XbundleError. */
export async function attempt<T>(ask: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!isXbundleError(error) || error.code === 'INTERRUPTED') throw error;
    return { failure: { code: error.code, reason: error.message } };
  }
}
