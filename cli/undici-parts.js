/**
 * The parts of undici that xbundle uses, by the files they lie in. Its index also loads fetch, WebSocket and
 * caches: half of the CLI's start. The bundler puts this in place of `undici` (vite.config.ts).
 */
import connect from 'undici/lib/api/api-connect.js';
import request from 'undici/lib/api/api-request.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

// What the index does for every dispatcher: the engine's client calls `request`, the proxy agent `connect`.
Object.assign(Dispatcher.prototype, { connect, request });

export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as errors } from 'undici/lib/core/errors.js';
