import { z } from 'zod';
import { builderName, nodeRequestSchema } from './builders.ts';
import { hostPath, imageName, platformText, sourceSchema } from './basics.ts';

const platforms = z.array(platformText).max(50);
const names = z.array(imageName).max(10_000);

/** One component for one platform. */
const chosenCell = z.strictObject({ component: z.string().min(1).max(300), platform: platformText });

export const buildRequestSchema = z.strictObject({
  kind: z.literal('build'),
  directory: hostPath,
  /** Definition files; none: those of the folder. */
  files: z.array(hostPath).max(20).exactOptional(),
  /** None: all of the definition. */
  components: z.array(z.string().min(1).max(300)).max(1_000).exactOptional(),
  /** None: those of the definition. */
  platforms: platforms.exactOptional(),
  /** Only these cells of components x platforms. */
  cells: z.array(chosenCell).max(4_000).exactOptional(),
  /** A folder with nothing but a Dockerfile: the name its image gets. */
  tag: imageName.exactOptional(),
  builder: builderName.exactOptional(),
  /** Where the images go; at least one. */
  load: z.boolean().default(false),
  push: z.boolean().default(false),
  /** A bundle file to write. */
  export: hostPath.exactOptional(),
  overwrite: z.boolean().default(false),
  noCache: z.boolean().default(false),
  pull: z.boolean().default(false),
  provenance: z.boolean().default(false),
  sbom: z.boolean().default(false),
  /** Goes on where the last run of the same definition failed. */
  onlyFailed: z.boolean().default(false),
});

const exportRequest = z.strictObject({
  kind: z.literal('export'),
  images: names,
  /** Instead of, or besides, `images`. */
  definition: hostPath.exactOptional(),
  /** None: all that each image's source offers. */
  platforms: platforms.exactOptional(),
  from: sourceSchema.default({ kind: 'auto' }),
  output: hostPath,
  overwrite: z.boolean().default(false),
  allowIncomplete: z.boolean().default(false),
  attestations: z.enum(['keep', 'drop']).default('keep'),
});

const verifyRequest = z.strictObject({
  kind: z.literal('verify'),
  bundle: hostPath,
  definition: hostPath.exactOptional(),
  platforms: platforms.exactOptional(),
  /** Leaves layers unread. */
  quick: z.boolean().default(false),
});

/** Where a bundle is imported to. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('docker') }),
  /** `host:5000/prefix`. */
  z.strictObject({ kind: z.literal('registry'), place: z.string().min(1).max(300) }),
  z.strictObject({ kind: z.literal('oci'), path: hostPath }),
]);
export type Target = z.infer<typeof targetSchema>;

/** What of a bundle goes where; the plan and the import take the same. */
export const importChoice = {
  bundle: hostPath,
  to: targetSchema,
  /** Default: all where the target holds indexes, else its own platform. */
  platforms: z.union([z.enum(['all', 'native']), platforms]).exactOptional(),
  images: names.exactOptional(),
  /** What happens to a name that points to something else. */
  onExistingTag: z.enum(['error', 'skip', 'overwrite']).default('error'),
  archTags: z.enum(['auto', 'always', 'never']).default('auto'),
  allowIncomplete: z.boolean().default(false),
};

const importRequest = z.strictObject({ kind: z.literal('import'), ...importChoice });

const builderRequest = z.strictObject({
  kind: z.literal('builder-create'),
  name: builderName,
  /** Gives nodes to a builder that is there. */
  append: z.boolean().default(false),
  /** None: one node, where the driver puts it. */
  nodes: z.array(nodeRequestSchema).max(50),
  /** Default: by the endpoints. */
  driver: z.string().min(1).max(50).exactOptional(),
  /** `KEY=VALUE`. */
  driverOptions: z.array(z.string().min(1).max(1_000)).max(50).exactOptional(),
  use: z.boolean().default(false),
});

const binfmtRequest = z.strictObject({
  kind: z.literal('binfmt-install'),
  /** Default: `tonistiigi/binfmt`. */
  image: imageName.exactOptional(),
  /** Default: all that the image has. */
  platforms: platforms.exactOptional(),
});

const manifestRequest = z.strictObject({
  kind: z.literal('manifest'),
  name: imageName,
  /** None: its arch tags. */
  sources: names,
  platforms: platforms.exactOptional(),
  from: sourceSchema.default({ kind: 'registry' }),
  push: z.boolean().default(false),
  /** A bundle file to write. */
  into: hostPath.exactOptional(),
  overwrite: z.boolean().default(false),
});

export const jobRequestSchema = z.discriminatedUnion('kind', [
  buildRequestSchema,
  exportRequest,
  verifyRequest,
  importRequest,
  builderRequest,
  binfmtRequest,
  manifestRequest,
]);
/** As the backend keeps it, with every default. */
export type JobRequest = z.output<typeof jobRequestSchema>;
/** As a client may write it. */
export type JobRequestInput = z.input<typeof jobRequestSchema>;
export type JobKind = JobRequest['kind'];
export const JOB_KINDS = [
  'build',
  'export',
  'verify',
  'import',
  'builder-create',
  'binfmt-install',
  'manifest',
] as const satisfies readonly JobKind[];
