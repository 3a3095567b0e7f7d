import { createBackendClient } from '../client/create-client.ts';
import type { Host } from '../host/host.ts';
import type { HostThemes } from '../theme/theme.ts';
import type { DesktopClient } from './dd-client.ts';
import { createHostCommands } from './host-commands.ts';
import { createServiceTransport } from './service-transport.ts';
import { runTabBuild } from './tab-build.ts';

/**
 * The tab in Docker Desktop. Commands that an earlier visit left for the host are run now. Undefined where there
 * is no backend to ask, as in Rancher Desktop, whose API has no `vm.service`.
 */
export function createDesktopHost(desktop: DesktopClient, themes: HostThemes | undefined): Host | undefined {
  const service = desktop.extension.vm?.service;
  if (service === undefined) return undefined;
  const runHostCommand = createHostCommands(desktop);
  const client = createBackendClient(createServiceTransport(service), runHostCommand);
  return {
    client,
    themes,
    runTabBuild: (build) => runTabBuild(desktop, client, build),
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
