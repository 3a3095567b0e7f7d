import { z } from 'zod';

export type OneOrMore = string | readonly string[];

export const platformsSchema: z.ZodType<OneOrMore> = z
  .union([z.array(z.string()), z.string()], {
    error: 'want a list of platforms, or one text with commas',
  })
  .meta({
    id: 'platforms',
    description: 'Platforms such as linux/amd64, arm64 or linux/arm/v7: a list, or one text with commas.',
  });

export const imageName: z.ZodType<string> = z
  .string()
  .min(1)
  .max(512)
  .meta({ id: 'imageName', description: '[HOST[:PORT]/]PATH[:TAG][@DIGEST]' });
