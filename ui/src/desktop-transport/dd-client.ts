import type { v1 } from '@docker/extension-api-client-types';
import type { HostThemes } from '../theme/theme.ts';

export type DesktopClient = v1.DockerDesktopClient;

/**
 * What Docker Desktop puts into the page, or undefined outside of it. `@docker/extension-api-client` would do the
 * same, but its package can only be loaded by a bundler (it declares CommonJS and holds ES modules).
 */
export function findDesktop(page: object): DesktopClient | undefined {
  return (page as { readonly ddClient?: DesktopClient }).ddClient;
}

/** Docker's themes; older versions of Docker Desktop have none. */
export function findThemes(page: object): HostThemes | undefined {
  return (page as { readonly __ddMuiV6Themes?: HostThemes }).__ddMuiV6Themes;
}
