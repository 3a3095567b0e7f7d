import { StrictMode, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app.tsx';
import { createDesktopHost } from './desktop-transport/desktop-host.ts';
import { findDesktop, findThemes } from './desktop-transport/dd-client.ts';
import type { Host } from './host/host.ts';
import { createHttpHost } from './http-transport/http-host.ts';
import { chooseLanguage, type Language } from './text/language.ts';
import { LanguageProvider, useText } from './text/use-text.tsx';
import { Themed } from './theme/themed.tsx';
import { EmptyState } from './components/states/empty-state.tsx';

/** Shows the page in `root`, with the host that it finds itself in. */
export function start(root: HTMLElement, page: Window): void {
  // Compiled checks are made with `new Function`, which the page's Content-Security-Policy forbids.
  z.config({ jitless: true });
  const language = chooseLanguage(page.navigator.languages);
  document.documentElement.lang = language;
  const host = findHost(page);
  const content =
    host === undefined ? <NoBackend language={language} /> : <App host={host} language={language} />;
  createRoot(root).render(<StrictMode>{content}</StrictMode>);
}

function findHost(page: Window): Host | undefined {
  const desktop = findDesktop(page);
  return desktop === undefined ? createHttpHost(page) : createDesktopHost(desktop, findThemes(page));
}

function NoBackend({ language }: { readonly language: Language }): ReactElement {
  return (
    <LanguageProvider language={language}>
      <Themed hostThemes={undefined}>
        <NoBackendText />
      </Themed>
    </LanguageProvider>
  );
}

function NoBackendText(): ReactElement {
  const { common } = useText();
  return (
    <EmptyState icon="server" title={common.noBackendTitle}>
      <p>{common.noBackend}</p>
    </EmptyState>
  );
}
