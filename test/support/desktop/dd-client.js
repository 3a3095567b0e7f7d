/**
 * What Docker Desktop puts into the page of an extension before the page's own script runs: `window.ddClient` (v1
 * of @docker/extension-api-client-types 0.4.2) and the themes. What needs the host is asked of `window.desktop…`,
 * which the tests bind to real programs, the real socket and their own dialogs.
 */
(() => {
  let last = 0;
  /** Streams by the id of their command. */
  const streams = new Map();

  window.__ddMuiV6Themes = {
    light: { palette: { mode: 'light', primary: { main: '#123456' } } },
    dark: { palette: { mode: 'dark', primary: { main: '#abcdef' } } },
  };

  window.desktopEvents = (events) => {
    for (const { id, event } of events) {
      const stream = streams.get(id);
      if (event.closed !== undefined) {
        streams.delete(id);
        stream?.onClose?.(event.closed);
      } else if (event.error !== undefined) stream?.onError?.(new Error(event.error));
      else stream?.onOutput?.(event);
    }
  };

  const result = (raw) => ({
    ...raw,
    lines: () => raw.stdout.split('\n').filter((line) => line !== ''),
    parseJsonLines: () =>
      result(raw)
        .lines()
        .map((line) => JSON.parse(line)),
    parseJsonObject: () => JSON.parse(raw.stdout),
  });

  const execIn =
    (where) =>
    (command, args, options = {}) => {
      const { stream, cwd, env } = options;
      const id = ++last;
      const request = { id, where, command, args, ...(cwd && { cwd }), ...(env && { env }) };
      if (stream === undefined) {
        return window.desktopExec(request).then((raw) => {
          if (raw.code === 0) return result(raw);
          throw result(raw);
        });
      }
      streams.set(id, stream);
      void window.desktopStream(request, stream.splitOutputLines === true);
      return { close: () => void window.desktopClose(id) };
    };

  const request = async ({ url, method, headers = {}, data }) => {
    const { status, body } = await window.desktopService({ url, method, headers, data });
    if (status < 200 || status > 299) {
      throw Object.assign(new Error(body), { name: 'ServiceError', statusCode: status });
    }
    try {
      return JSON.parse(body);
    } catch {
      return body;
    }
  };
  const method = (name) => (url, data) => request({ url, method: name, data });
  const toast = (kind) => (message) => void window.desktopTold({ kind, message });

  window.ddClient = {
    extension: {
      image: 'xbundle/desktop:test',
      vm: {
        cli: { exec: execIn('vm') },
        service: {
          request,
          get: method('GET'),
          post: method('POST'),
          put: method('PUT'),
          patch: method('PATCH'),
          delete: method('DELETE'),
          head: method('HEAD'),
        },
      },
    },
    docker: { cli: { exec: execIn('host') } },
    desktopUI: {
      toast: { success: toast('success'), warning: toast('warning'), error: toast('error') },
      dialog: { showOpenDialog: (properties) => window.desktopDialog(properties) },
    },
    host: {
      platform: 'linux',
      arch: 'x64',
      hostname: 'desktop',
      openExternal: (url) => void window.desktopTold({ kind: 'external', message: url }),
    },
  };
})();
