import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openJobStore } from '../../backend/src/jobs/store/open-store.ts';
import type { JobRecord } from '../../backend/src/jobs/store/job-record.ts';

/** Puts jobs that have ended into the history of an `xbundle ui` that ran with this `XDG_STATE_HOME`, and runs no more. */
export async function fillHistory(stateHome: string, count: number): Promise<void> {
  const parent = join(stateHome, 'xbundle', 'ui');
  const [name = ''] = await readdir(parent);
  const directory = join(parent, name);
  const { store } = await openJobStore({ directory, jobs: join(directory, 'jobs') });
  for (let at = 0; at < count; at++) await store.put(endedJob(at));
  await store.close();
}

function endedJob(at: number): JobRecord {
  const createdAt = Date.UTC(2026, 0, 1) + at * 60_000;
  const id = `filled-${at}`;
  const isFailed = at % 3 === 0;
  return {
    summary: {
      id,
      kind: 'verify',
      title: `release-${at}.tar`,
      state: isFailed ? 'failed' : 'done',
      runner: 'process',
      createdAt,
      startedAt: createdAt,
      endedAt: createdAt + 5_000,
      exitCode: isFailed ? 4 : 0,
      ...(isFailed && {
        error: { code: 'BUNDLE_INVALID', message: `verify release-${at}.tar: blob 3 is damaged` },
      }),
    },
    request: { kind: 'verify', bundle: `/releases/release-${at}.tar`, quick: false },
    command: ['xbundle', 'verify', `/releases/release-${at}.tar`],
    cells: [],
    notes: [],
    logLines: 0,
    logBytes: 0,
    cancelled: false,
  };
}
