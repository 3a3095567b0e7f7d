import type { v1 } from '@docker/extension-api-client-types';
import type { ExecEvent, ExecRequest, RawResult } from './host-commands.ts';

/** What the tests bind into the page: real programs, the real socket, and dialogs of their own. */
export interface PageBindings {
  desktopStream(request: ExecRequest, isByLine: boolean): Promise<void>;
  desktopExec(request: ExecRequest): Promise<RawResult>;
  desktopClose(id: number): Promise<void>;
  desktopService(config: v1.RequestConfig): Promise<{ readonly status: number; readonly body: string }>;
  desktopDialog(): Promise<v1.OpenDialogResult>;
  desktopTold(told: { readonly kind: string; readonly message: string }): Promise<void>;
}

/** What the page finds, and what the tests call. */
interface PageGlobals extends PageBindings {
  __ddMuiV6Themes: unknown;
  ddClient: unknown;
  desktopEvents: (events: readonly { readonly id: number; readonly event: ExecEvent }[]) => void;
}

/** The part of `v1.DockerDesktopClient` that extensions use; each member has the type that Docker declares. */
interface Client {
  readonly extension: Pick<v1.DockerDesktopClient['extension'], 'image' | 'vm'>;
  readonly docker: { readonly cli: v1.DockerDesktopClient['docker']['cli'] };
  readonly desktopUI: Pick<v1.DockerDesktopClient['desktopUI'], 'dialog' | 'toast'>;
  readonly host: v1.DockerDesktopClient['host'];
}

/**
 * Puts into a page what Docker Desktop puts there before the page's own script runs: `window.ddClient` and the
 * themes. It is sent to the browser as text, and sees nothing of this module.
 */
export function installDesktop(): void {
  const page = globalThis as unknown as PageGlobals;
  const streams = new Map<number, v1.ExecStreamOptions>();
  let last = 0;

  page.__ddMuiV6Themes = {
    light: { palette: { mode: 'light', primary: { main: '#123456' } } },
    dark: { palette: { mode: 'dark', primary: { main: '#abcdef' } } },
  };

  page.desktopEvents = (events) => {
    for (const { id, event } of events) {
      const stream = streams.get(id);
      if ('closed' in event) {
        streams.delete(id);
        stream?.onClose?.(event.closed);
      } else if ('error' in event) stream?.onError?.(new Error(event.error));
      else stream?.onOutput?.(event);
    }
  };

  const result = (raw: RawResult): v1.ExecResult => {
    const lines = (): string[] => raw.stdout.split('\n').filter((line) => line !== '');
    return {
      ...raw,
      lines,
      parseJsonLines: () => lines().map((line) => JSON.parse(line) as unknown),
      parseJsonObject: () => JSON.parse(raw.stdout) as unknown,
    };
  };

  const execIn = (where: 'host' | 'vm'): v1.Exec => {
    const exec = (
      command: string,
      args: readonly string[],
      { stream, cwd, env }: Partial<v1.SpawnOptions> = {},
    ): unknown => {
      const id = ++last;
      const given = { ...(cwd !== undefined && { cwd }), ...(env !== undefined && { env }) };
      const request = { id, where, command, args, ...given } as ExecRequest;
      if (stream === undefined) {
        return page.desktopExec(request).then((raw) => {
          if (raw.code === 0) return result(raw);
          // Docker Desktop rejects with the result itself.
          // eslint-disable-next-line @typescript-eslint/only-throw-error
          throw result(raw);
        });
      }
      streams.set(id, stream);
      void page.desktopStream(request, stream.splitOutputLines === true);
      return { close: () => void page.desktopClose(id) };
    };
    return exec as v1.Exec;
  };

  const request = async (config: v1.RequestConfig): Promise<unknown> => {
    const { status, body } = await page.desktopService(config);
    if (status < 200 || status > 299)
      throw Object.assign(new Error(body), { name: 'ServiceError', statusCode: status });
    try {
      return JSON.parse(body) as unknown;
    } catch {
      return body;
    }
  };
  const ask =
    (method: string) =>
    (url: string, data?: unknown): Promise<unknown> =>
      request({ url, method, headers: {}, data });
  const tell =
    (kind: string) =>
    (message: string): void =>
      void page.desktopTold({ kind, message });

  const client: Client = {
    extension: {
      image: 'xbundle/desktop:test',
      vm: {
        cli: { exec: execIn('vm') },
        service: {
          request,
          get: ask('GET'),
          post: ask('POST'),
          put: ask('PUT'),
          patch: ask('PATCH'),
          delete: ask('DELETE'),
          head: ask('HEAD'),
        },
      },
    },
    docker: { cli: { exec: execIn('host') } },
    desktopUI: {
      toast: { success: tell('success'), warning: tell('warning'), error: tell('error') },
      dialog: { showOpenDialog: () => page.desktopDialog() },
    },
    host: { platform: 'linux', arch: 'x64', hostname: 'desktop', openExternal: tell('external') },
  };
  page.ddClient = client;
}
