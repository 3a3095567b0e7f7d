/** The repository of a component's image that has no name of its own, or is put into the engine for a while. */
export function ownRepository(component: string): string {
  const path = component
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `xbundle-build/${path || 'component'}`;
}
