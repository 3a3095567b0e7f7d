import { isXbundleError } from '../errors.ts';

/** The code that `work` fails with; words that are no code when it fails otherwise or succeeds. */
export async function errorCodeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return isXbundleError(error) ? error.code : `another error: ${String(error)}`;
  }
  return 'no error';
}
