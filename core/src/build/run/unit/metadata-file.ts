import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode } from '../../../errors.ts';
import { onPath } from '../../../files/index.ts';
import { LIMITS } from '../../../limits.ts';
import { TOGETHER_TARGET } from '../../together-command.ts';
import { descriptorSchema, type Descriptor } from '../../../model/index.ts';

/** What buildx says that it made; only a build that went well writes it. */
export interface BuildMetadata {
  readonly root?: Descriptor;
  /** `BUILDER/NODE/ID`, by which `docker buildx history` knows the build. */
  readonly ref?: string;
}

const ownSchema = z.looseObject({
  'containerimage.descriptor': descriptorSchema.optional().catch(undefined),
  'buildx.build.ref': z.string().max(512).optional().catch(undefined),
});

/** A bake has what a build writes under the name of its target. */
const schema = z.union([
  z.looseObject({ [TOGETHER_TARGET]: ownSchema }).transform(({ [TOGETHER_TARGET]: own }) => own),
  ownSchema,
]);

/** Reads a metadata file of buildx; undefined when there is none or it is unreadable. */
export async function readMetadata(path: string): Promise<BuildMetadata | undefined> {
  const text = await onPath('reading', path, () => readSmall(path));
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return undefined;
  const { 'containerimage.descriptor': root, 'buildx.build.ref': ref } = parsed.data;
  return {
    ...(root !== undefined && { root: withoutAnnotations(root) }),
    ...(ref !== undefined && { ref }),
  };
}

async function readSmall(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    return size > LIMITS.dockerOutputBytes ? undefined : await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The time of the build is among them, and would make every root another. */
function withoutAnnotations({ mediaType, digest, size, platform }: Descriptor): Descriptor {
  return { mediaType, digest, size, ...(platform !== undefined && { platform }) };
}
