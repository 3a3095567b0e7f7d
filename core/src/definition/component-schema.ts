import { z } from 'zod';
import { imageName, platformsSchema, type OneOrMore } from './name-schema.ts';
import { closedObject } from './shape.ts';

type Texts = Readonly<Record<string, string>>;

/** A component that runs while others are built. */
export interface XbundleServe {
  readonly port: number;
  readonly name?: string;
  readonly path?: string;
  readonly command?: readonly string[];
  readonly environment?: Texts;
  /** Seconds. */
  readonly timeout?: number;
}

/** One component of `xbundle.yaml`, as it is written; keys are those of bake files where bake has them. */
export interface XbundleComponent {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly 'dockerfile-inline'?: string;
  readonly target?: string;
  readonly tags?: OneOrMore;
  readonly platforms?: OneOrMore;
  readonly args?: Texts;
  readonly labels?: Texts;
  readonly annotations?: readonly string[];
  readonly contexts?: Texts;
  readonly secrets?: readonly (string | Texts)[];
  readonly ssh?: readonly string[];
  readonly 'cache-from'?: readonly (string | Texts)[];
  readonly 'cache-to'?: readonly (string | Texts)[];
  readonly network?: string;
  readonly 'extra-hosts'?: Texts;
  readonly 'shm-size'?: string;
  readonly ulimits?: readonly string[];
  readonly entitlements?: readonly string[];
  readonly attest?: readonly (string | Texts)[];
  readonly 'no-cache'?: boolean;
  readonly 'no-cache-filter'?: readonly string[];
  readonly pull?: boolean;
  readonly needs?: OneOrMore;
  readonly serve?: XbundleServe;
}

const text = (what: string): z.ZodExactOptional<z.ZodString> =>
  z.exactOptional(z.string({ error: 'want text: put it in quotes' }).min(1)).describe(what);

const texts = (what: string): z.ZodExactOptional<z.ZodArray<z.ZodString>> =>
  z.exactOptional(z.array(z.string().min(1), { error: 'want a list of texts' })).describe(what);

const textMap = (what: string): z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodString>> =>
  z
    .exactOptional(
      z.record(z.string().min(1), z.string({ error: 'want text: put it in quotes' }), {
        error: 'want an object of names and texts',
      }),
    )
    .describe(what);

const fields = (what: string): z.ZodExactOptional<z.ZodType<readonly (string | Texts)[]>> =>
  z
    .exactOptional(
      z.array(z.union([z.string().min(1), z.record(z.string(), z.string())]), {
        error: 'want a list of texts like key=value,… or of objects',
      }),
    )
    .describe(what);

export const serveSchema: z.ZodType<XbundleServe> = closedObject({
  port: z.int().min(1).max(65_535).describe('Port inside the container.'),
  name: text('Host name that builds know it by; default: the name of the component.'),
  path: z
    .exactOptional(z.string().startsWith('/'))
    .describe('It is ready when GET of this path succeeds; without it, when the port accepts connections.'),
  command: texts("Instead of the image's own command."),
  environment: textMap('Environment variables of the container.'),
  timeout: z.exactOptional(z.number().positive().max(3600)).describe('Seconds until it must be ready.'),
});

const componentSchema: z.ZodType<XbundleComponent> = closedObject({
  context: text('Directory, relative to this file, or URL; default: the directory of this file.'),
  dockerfile: text('Path of the Dockerfile, relative to the context; default: Dockerfile.'),
  'dockerfile-inline': text('The Dockerfile itself. Variables in it are left to the build.'),
  target: text('Stage to build; default: the last.'),
  tags: z.exactOptional(z.union([z.array(imageName), imageName])).describe('Image names the build makes.'),
  platforms: z.exactOptional(platformsSchema),
  args: textMap('Build arguments.'),
  labels: textMap('Labels of the image.'),
  annotations: texts('Annotations, as [TYPE:]KEY=VALUE.'),
  contexts: textMap(
    'Named contexts: a directory, URL, docker-image://IMAGE, or target:NAME for another component.',
  ),
  secrets: fields('id=ID,src=FILE or id=ID,env=NAME.'),
  ssh: texts('default, or ID=PATH.'),
  'cache-from': fields('type=TYPE,… or an image name.'),
  'cache-to': fields('type=TYPE,… or an image name.'),
  network: z.exactOptional(z.enum(['default', 'host', 'none'])).describe('Network of RUN steps.'),
  'extra-hosts': textMap('Hosts that RUN steps know, with their addresses.'),
  'shm-size': text('Size of /dev/shm for RUN steps, such as 128m.'),
  ulimits: texts('Limits of RUN steps, such as nofile=1024:2048.'),
  entitlements: texts('network.host, security.insecure or device.'),
  attest: fields('type=provenance,mode=max or type=sbom.'),
  'no-cache': z.exactOptional(z.boolean()).describe('Build every step again.'),
  'no-cache-filter': texts('Stages of which every step is built again.'),
  pull: z.exactOptional(z.boolean()).describe('Ask registries for base images although the engine has them.'),
  needs: z
    .exactOptional(z.union([z.array(z.string().min(1)), z.string().min(1)]))
    .describe('Components that must be done before; one with "serve" runs meanwhile.'),
  serve: z
    .exactOptional(serveSchema)
    .describe(
      'Run this component, for the platform of the build machine, while those that need it are built.',
    ),
}).meta({ id: 'component' });

/** Names go into names of files and hosts. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

export const componentsSchema: z.ZodType<Readonly<Record<string, XbundleComponent>>> = z.record(
  z.string().regex(NAME, { error: 'want a name of letters, digits, ".", "_" and "-"' }),
  componentSchema,
  { error: 'want an object: a name for each component' },
);
