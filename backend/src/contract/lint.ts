import { z } from 'zod';
import { hostPath, platformText } from './basics.ts';
import { route } from './route.ts';

/** A line of a Dockerfile: `failed` where what is told of it is. */
export const sourceLineSchema = z.object({
  number: z.number().int(),
  text: z.string(),
  failed: z.boolean(),
});
export type SourceLine = z.infer<typeof sourceLineSchema>;

export const lintFindingSchema = z.object({
  /** `XB001` and up. */
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  line: z.number().int(),
  /** The line with its neighbours. */
  lines: z.array(sourceLineSchema),
  /** What puts it right, for people. */
  fix: z.string().exactOptional(),
});
export type LintFinding = z.infer<typeof lintFindingSchema>;

export const lintRoutes = {
  /** What Dockerfiles say that makes an image wrong on a platform. A folder without any has no findings. */
  lint: route({
    method: 'POST',
    path: '/api/lint',
    request: z.strictObject({
      directory: hostPath,
      /** Its definition files, when not those it has. */
      files: z.array(hostPath).max(20).exactOptional(),
      platforms: z.array(platformText).max(50).exactOptional(),
    }),
    response: z.object({
      /** Those with findings, from the folder. */
      files: z.array(z.object({ file: z.string(), findings: z.array(lintFindingSchema) })),
      /** Dockerfiles that were read. */
      read: z.number().int(),
      /** There are more findings than are listed. */
      cut: z.boolean(),
    }),
    slow: true,
  }),
};
