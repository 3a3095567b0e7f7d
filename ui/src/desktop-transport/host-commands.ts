import type { BackendClient, HostCommand } from '@xbundle/backend/contract';
import type { RunHostCommand } from '../client/create-client.ts';
import type { DesktopClient } from './dd-client.ts';
import { runDocker } from './docker-cli.ts';

/** Runs each of the backend's commands for the host once, however often it is asked for, and tells how it ended. */
export function createHostCommands(desktop: Pick<DesktopClient, 'docker'>): RunHostCommand {
  const runs = new Map<string, Promise<void>>();
  return (command, client) => {
    const known = runs.get(command.id);
    if (known !== undefined) return known;
    const run = runAndTell(command, client);
    runs.set(command.id, run);
    return run;
  };

  async function runAndTell({ id, args }: HostCommand, client: BackendClient): Promise<void> {
    const outcome = await runDocker(desktop, args).outcome;
    await client.hostCommandDone({ id, ...outcome });
  }
}
