import type { JobSummary } from '@xbundle/backend/contract';
import type { PlaceChange } from '../../memory/place.tsx';

/** The page that is about a job. */
export function placeOfJob({ id, kind }: Pick<JobSummary, 'id' | 'kind'>): PlaceChange {
  if (kind === 'build') return { tab: 'build', build: id };
  if (kind === 'export' || kind === 'verify' || kind === 'import') {
    const parts = { export: 'export', verify: 'open', import: 'import' } as const;
    return { tab: 'bundles', bundlePart: parts[kind], bundleJob: id };
  }
  return { tab: 'history', historyJob: id };
}
