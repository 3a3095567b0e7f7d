import { z } from 'zod';
import { bytes, hostPath, queryFlag, timeMs } from './basics.ts';
import { route } from './route.ts';

/** `xbundle ui` only: in Docker Desktop the host's own dialog opens, and this answers UNSUPPORTED (501). */
export const folderRoutes = {
  /** Folders, and files where asked for; nothing outside the root, whatever links say: POLICY (403). */
  folder: route({
    method: 'GET',
    path: '/api/folders',
    request: z.strictObject({
      /** Default: the root. */
      path: hostPath.exactOptional(),
      files: queryFlag.default(false),
      hidden: queryFlag.default(false),
    }),
    response: z.object({
      path: z.string(),
      root: z.string(),
      /** Absent at the root. */
      parent: z.string().exactOptional(),
      /** Folders first, each sorted by name. */
      entries: z.array(
        z.object({
          name: z.string(),
          path: z.string(),
          kind: z.enum(['folder', 'file']),
          size: bytes.exactOptional(),
          modified: timeMs.exactOptional(),
        }),
      ),
      /** There are more than are listed. */
      cut: z.boolean(),
      writable: z.boolean(),
    }),
  }),
};
