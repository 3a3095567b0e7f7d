import { z } from 'zod';
import { closedObject } from '../../definition/index.ts';

const texts = z.exactOptional(z.array(z.string()));
const textMap = z.exactOptional(z.record(z.string(), z.string()));
const text = z.exactOptional(z.string());
const flag = z.exactOptional(z.boolean());
const attributes = z.exactOptional(z.array(z.union([z.string(), z.record(z.string(), z.string())])));

type Attributes = readonly (string | Readonly<Record<string, string>>)[];

/**
 * A target as `docker buildx bake --print` writes it (buildx 0.29). Closed: an attribute that is not passed on
 * would make another image than bake does.
 */
export interface PrintedTarget {
  readonly context?: string;
  readonly contexts?: Readonly<Record<string, string>>;
  readonly dockerfile?: string;
  readonly 'dockerfile-inline'?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: readonly string[];
  readonly tags?: readonly string[];
  readonly platforms?: readonly string[];
  readonly secret?: Attributes;
  readonly ssh?: readonly (string | { readonly id?: string; readonly paths?: readonly string[] })[];
  readonly 'cache-from'?: Attributes;
  readonly 'cache-to'?: Attributes;
  readonly network?: string;
  readonly 'extra-hosts'?: Readonly<Record<string, string>>;
  readonly 'shm-size'?: string;
  readonly ulimits?: readonly string[];
  readonly entitlements?: readonly string[];
  readonly attest?: Attributes;
  readonly 'no-cache'?: boolean;
  readonly 'no-cache-filter'?: readonly string[];
  readonly pull?: boolean;
  readonly call?: string;
  readonly output?: readonly unknown[];
  readonly description?: string;
  readonly name?: string;
}

export interface PrintedGroup {
  readonly targets: readonly string[];
}

const targetSchema: z.ZodType<PrintedTarget> = closedObject({
  context: text,
  contexts: textMap,
  dockerfile: text,
  'dockerfile-inline': text,
  target: text,
  args: z.exactOptional(z.record(z.string(), z.nullable(z.string()))),
  labels: z.exactOptional(z.record(z.string(), z.nullable(z.string()))),
  annotations: texts,
  tags: texts,
  platforms: texts,
  secret: attributes,
  ssh: z.exactOptional(z.array(z.union([z.string(), closedObject({ id: text, paths: texts })]))),
  'cache-from': attributes,
  'cache-to': attributes,
  network: text,
  'extra-hosts': textMap,
  'shm-size': text,
  ulimits: texts,
  entitlements: texts,
  attest: attributes,
  'no-cache': flag,
  'no-cache-filter': texts,
  pull: flag,
  call: text,
  // What becomes of a result is not the file's to say here, and what it is called for people changes nothing.
  output: z.exactOptional(z.array(z.unknown())),
  description: text,
  name: text,
});

const groupSchema: z.ZodType<PrintedGroup> = z.looseObject({ targets: z.array(z.string()) });

/** What `docker buildx bake --print` writes. */
export interface PrintedBake {
  readonly group?: Readonly<Record<string, PrintedGroup>>;
  readonly target: Readonly<Record<string, PrintedTarget>>;
}

export const printedBakeSchema: z.ZodType<PrintedBake> = z.looseObject({
  group: z.exactOptional(z.record(z.string(), groupSchema)),
  target: z.record(z.string(), targetSchema),
});
