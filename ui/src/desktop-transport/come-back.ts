import type { BackendClient } from '@xbundle/backend/contract';
import type { RunHostCommand } from '../client/create-client.ts';
import type { DesktopClient } from './dd-client.ts';
import { resumeTabBuild } from './tab-build.ts';

const TRIES = 30;
const RETRY_MS = 2_000;
const MOST_JOBS = 100;

/**
 * Takes up what an earlier visit to the tab left: commands of the backend that nobody has run yet, and builds that
 * ran in the tab. The backend may still be starting.
 */
export async function comeBack(
  desktop: Pick<DesktopClient, 'docker'>,
  client: BackendClient,
  runHostCommand: RunHostCommand,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const { commands } = await client.hostCommands({});
      for (const command of commands) void runHostCommand(command, client).catch(() => undefined);
      const { jobs } = await client.jobs({ state: 'running', limit: MOST_JOBS });
      const left = jobs.filter(({ runner }) => runner === 'tab');
      await Promise.all(
        left.map(async ({ id }) => resumeTabBuild(desktop, client, await client.job({ id }))),
      );
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
