import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseEnv } from 'node:util';
import type { CallOptions } from '../content/index.ts';
import { XbundleError, systemCode } from '../errors.ts';
import type { OnProgress } from '../model/index.ts';
import { needsEvaluation, readBakeFile } from './bake-file.ts';
import { printBake } from './bake-print.ts';
import { readComposeFile } from './compose-file.ts';
import type { DockerEnvironment as Environment } from '../buildx/index.ts';
import type { Definition } from './definition.ts';
import { readDefinitionText } from './definition-text.ts';
import { documentFormat, textFormat } from './format.ts';
import { parseImageList } from './image-list.ts';
import { readXbundleFile } from './xbundle-file.ts';
import { parseYamlDocument } from './yaml-document.ts';

export interface ReadDefinitionOptions extends CallOptions {
  /** Variables of compose, bake and xbundle files, and PATH to find docker. Default: those of this process. */
  readonly env?: Environment | undefined;
  /** Told of targets that name no image. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Reads the images and platforms that a file asks for: `xbundle.yaml` or `.json`, a text list, a compose file
 * (with the `.env` beside it), or a bake file. HCL, and JSON with templates, are evaluated by
 * `docker buildx bake --print`.
 *
 * Throws DEFINITION_INVALID with the line, LIMIT_EXCEEDED for a file over `LIMITS.definitionBytes`,
 * FILE_SYSTEM when it cannot be read, UNSUPPORTED when buildx is needed and not there.
 */
export async function readDefinition(path: string, options: ReadDefinitionOptions = {}): Promise<Definition> {
  const text = await readDefinitionText(path, options);
  switch (textFormat(path, text)) {
    case 'list':
      return parseImageList(text, path);
    case 'hcl':
      return readBakeFile(await printBake(path, options), options.onProgress);
    case 'document':
      return readDocument(path, text, options);
  }
}

async function readDocument(path: string, text: string, options: ReadDefinitionOptions): Promise<Definition> {
  const source = parseYamlDocument(text, path, { mergeKeys: true });
  switch (documentFormat(path, source.value)) {
    case 'compose':
      return readComposeFile(source, await definitionEnvironment(path, options));
    case 'bake':
      return readBakeFile(
        needsEvaluation(text, source) ? await printBake(path, options) : source,
        options.onProgress,
      );
    case 'xbundle':
      return readXbundleFile(source, await definitionEnvironment(path, options));
  }
}

/** Variables of a compose or xbundle file: the environment over the `.env` file beside it. */
export async function definitionEnvironment(
  path: string,
  options: ReadDefinitionOptions = {},
): Promise<Environment> {
  const environment = options.env ?? process.env;
  try {
    return { ...parseEnv(await readDefinitionText(join(dirname(path), '.env'), options)), ...environment };
  } catch (error) {
    if (error instanceof XbundleError && systemCode(error.cause) === 'ENOENT') return environment;
    throw error;
  }
}
