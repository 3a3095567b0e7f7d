import { createBackendClient } from '../client/create-client.ts';
import type { Host } from '../host/host.ts';
import type { HostThemes } from '../theme/theme.ts';
import { comeBack } from './come-back.ts';
import type { DesktopClient } from './dd-client.ts';
import { createHostCommands } from './host-commands.ts';
import { createServiceTransport } from './service-transport.ts';
import { runTabBuild } from './tab-build.ts';

/**
 * The tab in Docker Desktop. What an earlier visit left to the host is taken up now. Undefined where there is no
 * backend to ask, as in Rancher Desktop, whose API has no `vm.service`.
 */
export function createDesktopHost(desktop: DesktopClient, themes: HostThemes | undefined): Host | undefined {
  const service = desktop.extension.vm?.service;
  if (service === undefined) return undefined;
  const runHostCommand = createHostCommands(desktop);
  const client = createBackendClient(createServiceTransport(service), runHostCommand);
  void comeBack(desktop, client, runHostCommand);
  return {
    client,
    themes,
    async startTabBuild(build, retryOf) {
      const { commands } = await client.tabCommands({ build });
      const again = retryOf === undefined ? {} : { retryOf };
      const job = await client.startJob({ job: build, inTab: commands, ...again });
      void runTabBuild(desktop, client, job);
      return job;
    },
    async choosePath({ kind, title }) {
      const properties = [kind === 'folder' ? 'openDirectory' : 'openFile'];
      const { canceled, filePaths } = await desktop.desktopUI.dialog.showOpenDialog({ title, properties });
      return canceled ? undefined : filePaths[0];
    },
    openExternal(url) {
      desktop.host.openExternal(url);
    },
  };
}
