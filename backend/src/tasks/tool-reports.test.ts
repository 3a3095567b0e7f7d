import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createToolReports } from './tool-reports.ts';

const DOCKER = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
case "$1" in
  --version) echo 'Docker version 28.5.2, build abc' ;;
  buildx) echo 'github.com/docker/buildx v0.29.1 abc' ;;
esac
`;

describe.skipIf(process.platform === 'win32')('reports of tools', () => {
  let folder: string;
  let time = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-tools-'));
    time = 0;
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const install = async (script: string): Promise<void> => {
    await writeFile(join(folder, 'docker'), script);
    await chmod(join(folder, 'docker'), 0o755);
  };
  const asked = async (): Promise<number> =>
    (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n').length;
  const reports = (): ReturnType<typeof createToolReports> =>
    createToolReports({ PATH: `${folder}:/usr/bin:/bin` }, () => time);

  it('are given again for five minutes, and then asked for anew', async () => {
    await install(DOCKER);
    const tools = reports();
    const first = await tools();
    expect(first).toEqual({ docker: { version: '28.5.2' }, buildx: { version: '0.29.1' } });
    time = 299_999;
    expect(await tools()).toEqual(first);
    expect(await asked()).toBe(2);
    time = 300_001;
    await tools();
    expect(await asked()).toBe(4);
  });

  it('that say what is missing are asked for anew at once', async () => {
    const tools = reports();
    expect((await tools()).docker.error?.code).toBe('UNSUPPORTED');
    await install(DOCKER);
    expect((await tools()).docker).toEqual({ version: '28.5.2' });
  });
});
