import { z } from 'zod';
import { componentsSchema, type XbundleComponent } from './component-schema.ts';
import { imageName, platformsSchema, type OneOrMore } from './name-schema.ts';
import { closedObject } from './shape.ts';

/** What the file says, as it is written. */
export interface XbundleFile {
  readonly $schema?: string;
  readonly name?: string;
  readonly version?: string;
  readonly platforms?: OneOrMore;
  readonly images?: readonly (string | { readonly name: string; readonly platforms?: OneOrMore })[];
  readonly components?: Readonly<Record<string, XbundleComponent>>;
}

const text = (what: string): z.ZodString =>
  z
    .string({ error: `want text: put ${what} in quotes` })
    .min(1)
    .max(512);

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
    .exactOptional(componentsSchema)
    .describe(
      'What "xbundle build" builds, by name. Where there is no "images", the tags of the components are the images.',
    ),
}).meta({
  title: 'xbundle definition',
  description:
    'Images of a release, the platforms each must have, and how they are built; read by xbundle export, verify and build with -f.',
});
