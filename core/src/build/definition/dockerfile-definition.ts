import { basename, resolve } from 'node:path';
import process from 'node:process';
import type { XbundleComponent } from '../../definition/index.ts';
import { XbundleError } from '../../errors.ts';
import { isRemoteContext } from './context-path.ts';
import { checkDefinition } from './check-definition.ts';
import { readComponent } from './component-targets.ts';
import type { BuildDefinition } from '../target.ts';

/** `CONTEXT -f DOCKERFILE -t NAME` of a command line. */
export interface DockerfileRequest extends Omit<XbundleComponent, 'context' | 'dockerfile'> {
  readonly context: string;
  /** As `docker build -f` has it: relative to `cwd`, or inside a remote context. */
  readonly file?: string | undefined;
}

/**
 * The definition of a single Dockerfile; its one component is called like its first image, or its context. Throws
 * DEFINITION_INVALID, and USAGE for a context on standard input.
 */
export function dockerfileDefinition(
  { context, file, ...component }: DockerfileRequest,
  cwd: string = process.cwd(),
): BuildDefinition {
  if (context === '-' || file === '-') {
    throw new XbundleError(
      'USAGE',
      'a context or Dockerfile on standard input cannot be read once for each platform. Save it, and name the directory or file',
    );
  }
  const isRemote = isRemoteContext(context);
  const dockerfile = file === undefined || isRemote ? file : resolve(cwd, file);
  const directory = resolve(cwd);
  const place = { file: dockerfile ?? (isRemote ? context : resolve(cwd, context, 'Dockerfile')) };
  const name = componentName(component.tags, context);
  const target = readComponent(
    name,
    { ...component, context, ...(dockerfile !== undefined && { dockerfile }) },
    { place, directory },
  );
  return checkDefinition({ directory, targets: [target], selected: [name] });
}

function componentName(tags: XbundleComponent['tags'], context: string): string {
  const [tag] = typeof tags === 'string' ? [tags] : (tags ?? []);
  const path = tag === undefined ? resolve(context) : tag.replace(/[:@][^/]*$/, '');
  return (
    basename(path)
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9_]+/, '') || 'image'
  );
}
