import { formatReference, listRepositories, listTags, parseReference, type Reference } from '@xbundle/core';
import type { ParsedRequestOf, ResponseOf } from '../contract.ts';
import type { Call } from '../http/slow-answers.ts';
import type { Services } from '../services.ts';

/** What a registry has at a place. Throws REFERENCE_INVALID for what is none, and what the registry answers. */
export async function registryImages(
  { place }: ParsedRequestOf<'registryImages'>,
  { clients }: Pick<Services, 'clients'>,
  { signal }: Call,
): Promise<ResponseOf<'registryImages'>> {
  const registry = clients.registry();
  const host = hostOf(place);
  if (host !== undefined) {
    const { names, cut } = await listRepositories(registry.registry(host), { signal });
    return { kind: 'repositories', names: names.map((name) => `${host}/${name}`), cut };
  }
  const named = parseReference(place);
  const { names, cut } = await listTags(registry.repository(named), { signal });
  return { kind: 'tags', names: names.map((tag) => formatReference(tagged(named, tag))), cut };
}

/** The registry of a place that names nothing in it: `localhost`, or a name with a dot or a port. */
function hostOf(place: string): string | undefined {
  const text = place.replace(/\/+$/, '');
  const isHost = !text.includes('/') && (text === 'localhost' || /^[^:]*\.|:\d{1,5}$/.test(text));
  // As part of a reference its own grammar is checked.
  return isHost ? parseReference(`${text}/any`).registry : undefined;
}

function tagged({ registry, repository }: Reference, tag: string): Reference {
  return { registry, repository, tag };
}
