import { z } from 'zod';
import { hostPath, platformText, timeMs } from './basics.ts';
import { jobRequestSchema } from './job-request.ts';
import { route } from './route.ts';

export const findingSchema = z.object({
  /** Of a closed list, such as `image-store`, `binfmt`, `base-image`. */
  code: z.string(),
  severity: z.enum(['error', 'warning', 'ok']),
  /** What was found. */
  message: z.string(),
  /** What it breaks. */
  breaks: z.string().exactOptional(),
  /** The platform, image, node, registry or directory it is about. */
  subject: z.string().exactOptional(),
  fix: z
    .object({
      /** What to do, for people. */
      title: z.string(),
      /** The command lines that do it, to copy. */
      commands: z.array(z.array(z.string())),
      /** To be posted to `startJob` as it is: a fix that xbundle does itself. Absent: the user has to. */
      job: jobRequestSchema.exactOptional(),
    })
    .exactOptional(),
});
export type Finding = z.infer<typeof findingSchema>;

export const doctorRoutes = {
  doctor: route({
    method: 'POST',
    path: '/api/doctor',
    request: z.strictObject({
      /** A project folder, and its definition files when not those it has. */
      directory: hostPath.exactOptional(),
      files: z.array(hostPath).max(20).exactOptional(),
      platforms: z.array(platformText).max(50).exactOptional(),
    }),
    response: z.object({
      /** Worst first. */
      findings: z.array(findingSchema),
      ready: z.boolean(),
      checkedAt: timeMs,
    }),
    slow: true,
  }),
};
