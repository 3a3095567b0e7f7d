import type { JobRequestInput, RequestOf } from '@xbundle/backend/contract';
import { z } from 'zod';

/** What the export page has; kept for the next visit. */
export const exportChoiceSchema = z.object({
  images: z.array(z.string()),
  definition: z.string(),
  platforms: z.array(z.string()),
  from: z.enum(['auto', 'docker', 'registry']),
  attestations: z.boolean(),
  output: z.string(),
  overwrite: z.boolean(),
  allowIncomplete: z.boolean(),
});
export type ExportChoice = z.infer<typeof exportChoiceSchema>;

export const FIRST_EXPORT: ExportChoice = {
  images: [],
  definition: '',
  platforms: [],
  from: 'auto',
  attestations: true,
  output: '',
  overwrite: false,
  allowIncomplete: false,
};

type ForecastRequest = RequestOf<'forecast'>;

/** What would be asked for a forecast; undefined while nothing is chosen. */
export function toForecastRequest(choice: ExportChoice): ForecastRequest | undefined {
  const { images, definition, platforms, from, attestations } = choice;
  if (images.length === 0 && definition === '') return undefined;
  return {
    images,
    ...(definition !== '' && { definition }),
    ...(platforms.length > 0 && { platforms }),
    from: { kind: from },
    attestations: attestations ? 'keep' : 'drop',
  };
}

/** The export; undefined while something that it needs is not chosen. */
export function toExportRequest(choice: ExportChoice): JobRequestInput | undefined {
  const forecast = toForecastRequest(choice);
  const { output, overwrite, allowIncomplete } = choice;
  if (forecast === undefined || output === '') return undefined;
  return { kind: 'export', ...forecast, output, overwrite, allowIncomplete };
}
