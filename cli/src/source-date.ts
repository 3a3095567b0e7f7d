import { XbundleError } from '@xbundle/core';

/** https://reproducible-builds.org/specs/source-date-epoch/ */
export function sourceDate(seconds: string | undefined): Date | undefined {
  if (seconds === undefined || seconds === '') return undefined;
  if (/^[0-9]{1,11}$/.test(seconds)) return new Date(Number(seconds) * 1000);
  throw new XbundleError('USAGE', `SOURCE_DATE_EPOCH=${seconds}: want a whole number of seconds since 1970`);
}
