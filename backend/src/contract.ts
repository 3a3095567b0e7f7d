import type { z } from 'zod';
import { builderRoutes } from './contract/builders.ts';
import { bundleRoutes } from './contract/bundles.ts';
import { doctorRoutes } from './contract/doctor.ts';
import { factsRoutes } from './contract/facts.ts';
import { folderRoutes } from './contract/folders.ts';
import { imageRoutes } from './contract/images.ts';
import { jobRoutes } from './contract/job-routes.ts';
import { lintRoutes } from './contract/lint.ts';
import { projectRoutes } from './contract/projects.ts';

export * from './contract/basics.ts';
export * from './contract/builders.ts';
export * from './contract/bundles.ts';
export * from './contract/doctor.ts';
export * from './contract/facts.ts';
export * from './contract/folders.ts';
export * from './contract/images.ts';
export * from './contract/job-request.ts';
export * from './contract/job-routes.ts';
export * from './contract/jobs.ts';
export * from './contract/json-of.ts';
export * from './contract/lint.ts';
export * from './contract/projects.ts';
export * from './contract/route.ts';
export * from './contract/told.ts';

/**
 * Everything the backend does, as one table: the server is made from it, and so is the UI's client. Paths of the
 * host, image names and texts go in as they are; every answer is one JSON document below `RESPONSE_BYTES`.
 */
export const routes = {
  ...factsRoutes,
  ...doctorRoutes,
  ...lintRoutes,
  ...builderRoutes,
  ...imageRoutes,
  ...projectRoutes,
  ...folderRoutes,
  ...bundleRoutes,
  ...jobRoutes,
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;
/** What a client gives: what has a default may be left out. */
export type RequestOf<Name extends RouteName> = z.input<Routes[Name]['request']>;
/** What the server gets. */
export type ParsedRequestOf<Name extends RouteName> = z.output<Routes[Name]['request']>;
export type ResponseOf<Name extends RouteName> = z.output<Routes[Name]['response']>;

/** The UI's view of the backend. Rejects with the backend's code and message. */
export type BackendClient = {
  readonly [Name in RouteName]: (
    request: RequestOf<Name>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<ResponseOf<Name>>;
};

/** `xbundle ui` only: the header that carries the token of the URL's fragment (`#token=…`). */
export const TOKEN_HEADER = 'x-xbundle-token';
