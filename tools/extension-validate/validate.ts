import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkDockerfile } from './dockerfile.ts';
import { checkCompose, checkMetadata } from './documents.ts';
import { checkLabels, readLabels } from './labels.ts';

/**
 * All that is wrong with the extension's packaging. It stands for `docker extension validate`, whose schema cannot
 * be had offline, and which needs Docker Desktop.
 */
export async function validateExtension(root: string, isRelease: boolean): Promise<readonly string[]> {
  const read = (name: string): Promise<string> => readFile(join(root, name), 'utf8');
  const dockerfile = await read('Dockerfile');
  const labels = readLabels(dockerfile);
  const metadata: unknown = JSON.parse(await read('metadata.json'));
  return [
    ...checkLabels(labels),
    ...checkMetadata(metadata),
    ...checkCompose(parse(await read('docker-compose.yaml'))),
    ...checkDockerfile(dockerfile, isRelease),
    ...(await missingFiles(root, [labels.get('com.docker.desktop.extension.icon'), iconOf(metadata)])),
  ];
}

function iconOf(metadata: unknown): string | undefined {
  const icon =
    typeof metadata === 'object' && metadata !== null && 'icon' in metadata ? metadata.icon : undefined;
  return typeof icon === 'string' ? icon : undefined;
}

async function missingFiles(
  root: string,
  names: readonly (string | undefined)[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const name of new Set(names)) {
    try {
      if (name !== undefined) await access(join(root, name));
    } catch {
      problems.push(`${name ?? ''}: it is named as the icon, and is not there`);
    }
  }
  return problems;
}
