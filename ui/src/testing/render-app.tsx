import { render } from '@testing-library/react';
import type { BackendClient } from '@xbundle/backend/contract';
import { App } from '../app.tsx';
import { createBackendClient } from '../client/create-client.ts';
import type { Host } from '../host/host.ts';
import type { Place } from '../memory/place.tsx';
import type { Language } from '../text/language.ts';
import { createFixtureBackend } from './fixture-backend.ts';
import { createFixtureTransport, type Handlers } from './fixture-transport.ts';

export interface AppOptions {
  readonly place?: Place;
  readonly language?: Language;
  /** Instead of the fixture's own answers. */
  readonly handlers?: Handlers;
  readonly host?: Partial<Host>;
}

/** The whole page with made-up data; jobs of the past have ended. */
export function renderApp({
  place,
  language = 'en',
  handlers = {},
  host = {},
}: AppOptions = {}): BackendClient {
  if (place !== undefined) localStorage.setItem('xbundle.place', JSON.stringify(place));
  const backend = { ...createFixtureBackend({ now: Date.now }), ...handlers };
  const client = createBackendClient(createFixtureTransport(backend));
  render(
    <App host={{ client, themes: undefined, openExternal: () => undefined, ...host }} language={language} />,
  );
  return client;
}
