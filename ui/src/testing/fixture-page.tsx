import { createRoot } from 'react-dom/client';
import { App } from '../app.tsx';
import { createBackendClient } from '../client/create-client.ts';
import { chooseLanguage } from '../text/language.ts';
import { createFixtureBackend } from './fixture-backend.ts';
import { createFixtureTransport } from './fixture-transport.ts';

/** The page with made-up data, for looking at it: `npx vite ui` and /fixture.html. No build has it. */
const handlers = createFixtureBackend({ now: Date.now });
const client = createBackendClient(createFixtureTransport(handlers));
const root = document.createElement('div');
root.id = 'root';
document.body.append(root);
const host = { client, themes: undefined, openExternal: () => undefined };
createRoot(root).render(<App host={host} language={chooseLanguage(navigator.languages)} />);
