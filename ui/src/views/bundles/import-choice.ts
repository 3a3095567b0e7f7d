import type { RequestOf } from '@xbundle/backend/contract';
import { z } from 'zod';

/** What the import page has; kept for the next visit. */
export const importChoiceSchema = z.object({
  target: z.enum(['docker', 'registry', 'oci']),
  place: z.string(),
  folder: z.string(),
  platforms: z.array(z.string()),
  onExistingTag: z.enum(['error', 'skip', 'overwrite']),
  archTags: z.enum(['auto', 'always', 'never']),
});
export type ImportChoice = z.infer<typeof importChoiceSchema>;

export const FIRST_IMPORT: ImportChoice = {
  target: 'docker',
  place: '',
  folder: '',
  platforms: [],
  onExistingTag: 'error',
  archTags: 'auto',
};

type ImportRequest = RequestOf<'importPlan'>;

/** What the plan and the import take; undefined while something that they need is not chosen. */
export function toImportRequest(bundle: string, choice: ImportChoice): ImportRequest | undefined {
  const to = targetOf(choice);
  if (bundle === '' || to === undefined) return undefined;
  const { platforms, onExistingTag, archTags } = choice;
  return { bundle, to, ...(platforms.length > 0 && { platforms }), onExistingTag, archTags };
}

function targetOf({ target, place, folder }: ImportChoice): ImportRequest['to'] | undefined {
  if (target === 'docker') return { kind: 'docker' };
  if (target === 'registry') return place === '' ? undefined : { kind: 'registry', place };
  return folder === '' ? undefined : { kind: 'oci', path: folder };
}
