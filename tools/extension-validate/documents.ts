import { z } from 'zod';

const path = z.string().min(1).regex(/^[^/]/, 'a path from the root of the image, without its first slash');
const socket = z.string().regex(/^[A-Za-z0-9._-]+\.sock$/, 'the name of a socket, without a folder');

/** https://docs.docker.com/extensions/extensions-sdk/architecture/metadata/ ; `validate` refuses what else there is. */
const metadataSchema = z.strictObject({
  icon: path,
  ui: z.strictObject({
    'dashboard-tab': z.strictObject({
      title: z.string().min(1),
      root: path,
      src: path,
      backend: z.strictObject({ socket }).optional(),
    }),
  }),
  vm: z
    .union([
      z.strictObject({ composefile: path, exposes: z.strictObject({ socket }).optional() }),
      z.strictObject({ image: z.string(), exposes: z.strictObject({ socket }).optional() }),
    ])
    .optional(),
  host: z
    .strictObject({
      binaries: z.array(
        z.record(z.enum(['darwin', 'windows', 'linux']), z.array(z.strictObject({ path: z.string() }))),
      ),
    })
    .optional(),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** What is wrong with `metadata.json`. */
export function checkMetadata(value: unknown): readonly string[] {
  const { data, error } = metadataSchema.safeParse(value);
  if (data === undefined) return issues('metadata.json', error);
  const tab = data.ui['dashboard-tab'];
  const exposed = data.vm?.exposes?.socket;
  return tab.backend === undefined || tab.backend.socket === exposed
    ? []
    : [
        `metadata.json: the tab speaks to ${tab.backend.socket}, and the backend exposes ${exposed ?? 'nothing'}`,
      ];
}

const serviceSchema = z.looseObject({
  image: z.string(),
  restart: z.string().optional(),
  ports: z.unknown().optional(),
  privileged: z.unknown().optional(),
  network_mode: z.unknown().optional(),
  volumes: z.array(z.string()).default([]),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()).default({}),
});

/** What is wrong with the compose file: rules of Docker Desktop, and of this extension. */
export function checkCompose(value: unknown): readonly string[] {
  const { data, error } = composeSchema.safeParse(value);
  if (data === undefined) return issues('docker-compose.yaml', error);
  const [first, ...others] = Object.entries(data.services);
  if (first === undefined) return ['docker-compose.yaml: it has no service'];
  return [
    ...others.map(
      ([name]) => `docker-compose.yaml: ${name}: want one service: the tab reaches only the first`,
    ),
    ...checkService(first[0], first[1], Object.keys(data.volumes)),
  ];
}

function checkService(
  name: string,
  { image, restart, volumes, ports, privileged, network_mode: network }: z.infer<typeof serviceSchema>,
  named: readonly string[],
): readonly string[] {
  const rules: readonly (readonly [isKept: boolean, problem: string])[] = [
    [
      image === '${DESKTOP_PLUGIN_IMAGE}',
      'want the image ${DESKTOP_PLUGIN_IMAGE}, which Docker Desktop puts in',
    ],
    [restart === 'unless-stopped', 'want restart: unless-stopped, for jobs are followed by it'],
    [ports === undefined, 'want no ports: the tab speaks through a socket'],
    [privileged === undefined, 'want no privileges'],
    [network === undefined, 'want no network of the host'],
    [
      volumes.includes('/var/run/docker.sock.raw:/var/run/docker.sock'),
      "want the virtual machine's own socket, /var/run/docker.sock.raw",
    ],
    [
      volumes.some((volume) => named.includes(volume.split(':')[0] ?? '') && volume.endsWith(':/data')),
      'want a named volume at /data: only those survive an update',
    ],
  ];
  return rules.flatMap(([isKept, problem]) => (isKept ? [] : [`docker-compose.yaml: ${name}: ${problem}`]));
}

function issues(what: string, error: z.ZodError): readonly string[] {
  return error.issues.map(({ path: where, message }) => `${what}: ${where.join('.')}: ${message}`);
}
