import { z } from 'zod';
import {
  bytes,
  DEFAULT_PAGE,
  digestText,
  imageName,
  MAX_PAGE,
  queryFlag,
  queryNumber,
  timeMs,
} from './basics.ts';
import { route } from './route.ts';

/** A platform that an image has, as far as its store tells. */
export const imagePlatformSchema = z.object({
  platform: z.string(),
  /** The platform's manifest. */
  digest: digestText.exactOptional(),
  size: bytes.exactOptional(),
  /** False: an index lists it, and its content is not there. */
  complete: z.boolean(),
});

/** One name in the engine. */
export const engineImageSchema = z.object({
  /** As people write it: `app:v1`; of an image without a name, its id. */
  name: z.string(),
  named: z.boolean(),
  /** Index or manifest; in a classic store the config. */
  id: digestText,
  created: timeMs.exactOptional(),
  /** Of all platforms that are there. */
  size: bytes,
  platforms: z.array(imagePlatformSchema),
  attestations: z.number().int(),
});
export type EngineImageReport = z.infer<typeof engineImageSchema>;

const blobSchema = z.object({ digest: digestText, mediaType: z.string(), size: bytes });

const layerSchema = blobSchema.extend({
  createdBy: z.string().exactOptional(),
  /** Platforms of this image that have the same layer, this one included. */
  sharedBy: z.array(z.string()).exactOptional(),
});

const nodeBase = { digest: digestText, mediaType: z.string(), size: bytes };

const historySchema = z.object({ createdBy: z.string().exactOptional(), emptyLayer: z.boolean() });

const leafSchemas = [
  z.object({
    kind: z.literal('image'),
    ...nodeBase,
    platform: z.string(),
    config: blobSchema,
    created: z.string().exactOptional(),
    layers: z.array(layerSchema),
  }),
  z.object({
    kind: z.literal('attestation'),
    ...nodeBase,
    subject: digestText.exactOptional(),
    /** One for each of `layers`: what kind of statement it is. */
    predicates: z.array(z.string()),
    layers: z.array(blobSchema),
  }),
  z.object({
    kind: z.literal('artifact'),
    ...nodeBase,
    artifactType: z.string().exactOptional(),
    layers: z.array(blobSchema),
  }),
  /** Listed by an index, and not there. */
  z.object({ kind: z.literal('absent'), ...nodeBase, platform: z.string().exactOptional() }),
] as const;

const indexSchema = z.object({
  kind: z.literal('index'),
  ...nodeBase,
  get children(): z.ZodArray<z.ZodUnion<readonly [...typeof leafSchemas, z.ZodType<TreeIndex>]>> {
    return z.array(z.union([...leafSchemas, indexSchema as z.ZodType<TreeIndex>]));
  },
});

type Leaf = z.infer<(typeof leafSchemas)[number]>;
export interface TreeIndex {
  kind: 'index';
  digest: string;
  mediaType: string;
  size: number;
  children: TreeNode[];
}
export type TreeNode = Leaf | TreeIndex;
export type TreeImage = Extract<Leaf, { kind: 'image' }>;
export type TreeAttestation = Extract<Leaf, { kind: 'attestation' }>;

/** The tree of an image: index -> platforms -> config, layers, attestations. */
export const treeSchema: z.ZodType<TreeNode> = z.union([...leafSchemas, indexSchema as z.ZodType<TreeIndex>]);

/** Where a reference is looked up; a bundle is opened by the routes of bundles. */
const lookup = {
  reference: imageName,
  /** `auto`: the engine where it has all of it, else the registry. */
  from: z.enum(['auto', 'docker', 'registry']).default('auto'),
};

export const inspectionSchema = z.object({
  /** Fully qualified. */
  name: z.string(),
  from: z.enum(['docker', 'registry', 'bundle']),
  /** For people: `engine unix:///…`, `registry host`. */
  label: z.string(),
  tree: treeSchema,
});
export type Inspection = z.infer<typeof inspectionSchema>;

export const imageRoutes = {
  engineImages: route({
    method: 'GET',
    path: '/api/images',
    request: z.strictObject({
      /** Only names that hold this text. */
      search: z.string().max(200).exactOptional(),
      /** With images that have no name. */
      unnamed: queryFlag.default(false),
      cursor: queryNumber.default(0),
      limit: queryNumber.max(MAX_PAGE).default(DEFAULT_PAGE),
    }),
    response: z.object({
      images: z.array(engineImageSchema),
      total: z.number().int(),
      /** For the next page; absent on the last. */
      next: z.number().int().exactOptional(),
    }),
    slow: true,
  }),
  /** What a registry has: of a host its repositories, where it tells them; of a repository its tags. */
  registryImages: route({
    method: 'GET',
    path: '/api/registry-images',
    request: z.strictObject({
      /** `host:5000` or `host:5000/team/app`; a name without a host is Docker Hub's. */
      place: imageName,
    }),
    response: z.object({
      kind: z.enum(['repositories', 'tags']),
      /** Fully qualified: places to ask for again, or references to inspect. */
      names: z.array(z.string()),
      /** There are more than are listed. */
      cut: z.boolean(),
    }),
    slow: true,
  }),
  /** NOT_FOUND (404) when neither has it. */
  inspect: route({
    method: 'GET',
    path: '/api/inspect',
    request: z.strictObject(lookup),
    response: inspectionSchema,
    slow: true,
  }),
  /** A config: what it says, and its history with the steps that made no layer. */
  config: route({
    method: 'GET',
    path: '/api/inspect/config',
    request: z.strictObject({ ...lookup, manifest: digestText }),
    response: z.object({
      digest: digestText,
      platform: z.string(),
      created: z.string().exactOptional(),
      history: z.array(historySchema),
      /** The document, pretty-printed. */
      raw: z.string(),
    }),
    slow: true,
  }),
  /** A statement of an attestation: provenance, SBOM or another. */
  attestation: route({
    method: 'GET',
    path: '/api/inspect/attestation',
    request: z.strictObject({
      ...lookup,
      /** The attestation's manifest, and which of its layers. */
      manifest: digestText,
      layer: digestText,
      /** Where the part of `raw` starts, in characters. */
      offset: queryNumber.default(0),
    }),
    response: z.object({
      predicateType: z.string(),
      /** What is readable of it; absent for other kinds of statements. */
      provenance: z
        .object({
          builder: z.string().exactOptional(),
          buildType: z.string().exactOptional(),
          source: z.string().exactOptional(),
          revision: z.string().exactOptional(),
          startedOn: z.string().exactOptional(),
          finishedOn: z.string().exactOptional(),
          platform: z.string().exactOptional(),
          args: z.record(z.string(), z.string()),
          materials: z.array(z.object({ uri: z.string(), digest: z.string().exactOptional() })),
        })
        .exactOptional(),
      sbom: z
        .object({
          format: z.string(),
          packages: z.array(
            z.object({
              name: z.string(),
              version: z.string().exactOptional(),
              license: z.string().exactOptional(),
              kind: z.string().exactOptional(),
            }),
          ),
          /** Of all, where only the first are listed. */
          total: z.number().int(),
        })
        .exactOptional(),
      /** A part of the pretty-printed document, from `offset`. */
      raw: z.string(),
      rawLength: z.number().int(),
      /** Where the next part starts; absent after the last. */
      next: z.number().int().exactOptional(),
    }),
    slow: true,
  }),
  /** The raw bytes of an index or manifest, pretty-printed. */
  rawManifest: route({
    method: 'GET',
    path: '/api/inspect/raw',
    request: z.strictObject({ ...lookup, manifest: digestText.exactOptional() }),
    response: z.object({ digest: digestText, mediaType: z.string(), raw: z.string() }),
    slow: true,
  }),
};
