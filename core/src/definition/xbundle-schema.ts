import { z } from 'zod';
import { closedObject } from './shape.ts';

type OneOrMore = string | readonly string[];

/** What the file says, as it is written. */
export interface XbundleFile {
  readonly $schema?: string;
  readonly name?: string;
  readonly version?: string;
  readonly platforms?: OneOrMore;
  readonly images?: readonly (string | { readonly name: string; readonly platforms?: OneOrMore })[];
  readonly components?: Readonly<Record<string, XbundleComponent>> | readonly XbundleComponent[];
}

export interface XbundleComponent {
  readonly tags?: OneOrMore;
  readonly platforms?: OneOrMore;
}

const text = (what: string): z.ZodString =>
  z
    .string({ error: `want text: put ${what} in quotes` })
    .min(1)
    .max(512);

const platformsSchema = z
  .union([z.array(z.string()), z.string()], {
    error: 'want a list of platforms, or one text with commas',
  })
  .meta({
    id: 'platforms',
    description: 'Platforms such as linux/amd64, arm64 or linux/arm/v7: a list, or one text with commas.',
  });

const imageName = z
  .string()
  .min(1)
  .max(512)
  .meta({ id: 'imageName', description: '[HOST[:PORT]/]PATH[:TAG][@DIGEST]' });

const imageSchema = z.union(
  [
    imageName,
    closedObject({
      name: imageName,
      platforms: z
        .exactOptional(platformsSchema)
        .describe('Platforms of this image alone; they win over the file and over --platform.'),
    }),
  ],
  { error: 'want an image name, or an object with name and platforms' },
);

const componentSchema = z
  .looseObject(
    {
      tags: z
        .exactOptional(z.union([z.array(imageName), imageName]))
        .describe('Image names the build makes.'),
      platforms: z.exactOptional(platformsSchema),
    },
    { error: 'want an object with tags' },
  )
  .meta({ id: 'component' });

/** `xbundle.yaml` and `xbundle.json`; docs/xbundle.schema.json is made from it. */
export const xbundleSchema: z.ZodType<XbundleFile> = closedObject({
  $schema: z.exactOptional(z.string()).describe('Where an editor finds this schema.'),
  name: z.exactOptional(text('the name')).describe('Name of the release.'),
  version: z
    .exactOptional(text('the version'))
    .describe('Version of the release. Quote what looks like a number.'),
  platforms: z
    .exactOptional(platformsSchema)
    .describe('Platforms of every image that names none; --platform replaces them.'),
  images: z.exactOptional(z.array(imageSchema)).describe('The images of the release.'),
  components: z
    .exactOptional(z.union([z.record(z.string(), componentSchema), z.array(componentSchema)]))
    .describe(
      'What "xbundle build" builds. Where there is no "images", the tags of the components are the images.',
    ),
}).meta({
  title: 'xbundle definition',
  description:
    'Images of a release and the platforms each must have; read by xbundle export -f and verify -f.',
});
