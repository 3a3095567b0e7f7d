import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { readBuildDefinition, type BuildDefinition, type BuildRequest } from '../../build/index.ts';
import type { ScratchFolder } from './scratch-folder.ts';

type Texts = Readonly<Record<string, string>>;

export type ReadFolder = (files: Texts, request?: BuildRequest, env?: Texts) => Promise<BuildDefinition>;

/** Reads what a fresh folder with these files builds, as a person in that folder would. */
export function definitionReader(scratch: () => ScratchFolder): ReadFolder {
  return async (files, request = {}, env = {}) => {
    const cwd = scratch().fresh();
    await mkdir(cwd);
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    return readBuildDefinition(request, { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } });
  };
}
