import { XbundleError, type SourceChoice } from '@xbundle/core';

/** Parses `--from`. Throws USAGE. */
export function parseSource(text: string): SourceChoice {
  if (text === 'auto' || text === 'registry' || text === 'docker') return { kind: text };
  const [kind, ...rest] = text.split(':');
  const path = rest.join(':');
  if ((kind === 'oci' || kind === 'docker-archive') && path !== '') return { kind, path };
  throw new XbundleError(
    'USAGE',
    `--from ${text}: want auto, registry, docker, oci:PATH or docker-archive:PATH`,
  );
}

/** Parses a whole number of at least 1. Throws USAGE. */
export function parseCount(flag: string, text: string): number {
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new XbundleError('USAGE', `${flag} ${text}: want a whole number from 1 to 9999`);
}
