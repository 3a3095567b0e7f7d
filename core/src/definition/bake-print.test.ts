import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { useScratchFolder } from '../testing/files/use-scratch-folder.ts';
import { printBake } from './bake-print.ts';
import { readDefinition } from './read-definition.ts';

const scratch = await useScratchFolder();

/** An environment whose docker is a script: what it does is the same on every machine. */
async function dockerThat(script: string): Promise<Readonly<Record<string, string>>> {
  const folder = scratch.fresh();
  await mkdir(folder);
  await writeFile(
    join(folder, 'docker'),
    `#!${process.execPath}\nconst args = process.argv.slice(2);\n${script}`,
  );
  await chmod(join(folder, 'docker'), 0o755);
  return { PATH: folder, TAG: 'v3' };
}

const printsTags = `console.log(JSON.stringify({ target: { a: { tags: ['a:' + process.env.TAG], platforms: ['linux/arm64'] } } }));`;

describe.skipIf(process.platform === 'win32')('printBake', () => {
  it('asks for all targets with an argument vector', async () => {
    const env = await dockerThat('console.log(JSON.stringify(args));');
    const { value } = await printBake('/a b/$(x) "y".hcl', { env });
    expect(value).toEqual(['buildx', 'bake', '--print', '--progress=quiet', '--file=/a b/$(x) "y".hcl', '*']);
  });

  it.each([
    ['docker-bake.hcl', 'variable "TAG" {}'],
    ['docker-bake.json', '{"target": {"a": {"tags": ["a:${TAG}"]}}}'],
    ['docker-bake.json', '{"target": {"a": {"matrix": {"x": ["1"]}}}}'],
    ['docker-bake.json', '{"target": [{"a": {}}]}'],
    ['docker-bake.json', '{"function": {}, "target": {}}'],
  ])('evaluates %s that says %s', async (name, text) => {
    const env = await dockerThat(printsTags);
    const path = join(env['PATH'] ?? '', name);
    await writeFile(path, text);
    const { images } = await readDefinition(path, { env });
    expect(images).toMatchObject([{ name: { tag: 'v3' }, platforms: [{ architecture: 'arm64' }] }]);
  });

  it('says that there is no docker command', async () => {
    const print = printBake('x.hcl', { env: { PATH: scratch.path } });
    await expect(print).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('says that docker has no buildx', async () => {
    const env = await dockerThat('console.error("unknown command"); process.exit(1);');
    await expect(printBake('x.hcl', { env })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('passes on what buildx says of a bad file, without the excerpt', async () => {
    const env = await dockerThat(
      'if (args[1] === "version") process.exit(0); console.error("   1 | >>> secret\\nERROR: x.hcl:1,1: bad\\n"); process.exit(1);',
    );
    const print = printBake('x.hcl', { env });
    await expect(print).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
    await expect(print).rejects.toThrow(/refuses it: x\.hcl:1,1: bad$/);
  });

  it('refuses an answer that is not JSON', async () => {
    const env = await dockerThat('console.log("hello");');
    await expect(printBake('x.hcl', { env })).rejects.toMatchObject({ code: 'DEFINITION_INVALID' });
  });

  it('stops when asked to, also when docker does not', async () => {
    const env = await dockerThat('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);');
    const started = performance.now();
    const print = printBake('x.hcl', { env, signal: AbortSignal.timeout(300) });
    await expect(print).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
