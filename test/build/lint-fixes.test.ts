/** What `lint --fix` makes of the rules' own examples, held against BuildKit's checks. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lintDockerfile, parsePlatforms, RULES } from '@xbundle/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toolEnvironment } from '../engine/docker.ts';
import { xbundle } from '../support/cli.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

interface Example {
  readonly id: string;
  readonly text: string;
  readonly platforms: string;
}

/** Images of nobody's registry are taken for `scratch`: checking runs no step. */
function withoutRegistry(text: string): string {
  const stages = [...text.matchAll(/ AS (\S+)/gi)].map(([, name]) => name);
  return text.replace(/^(FROM (?:--\S+ )*)(\S+)/gm, (line, head: string, base: string) =>
    stages.includes(base) || base.includes('$') ? line : `${head}scratch`,
  );
}

const EXAMPLES: readonly Example[] = RULES.map(({ id, bad, example }) => ({
  id,
  text: withoutRegistry(bad),
  platforms: (example?.platforms ?? ['linux/amd64', 'linux/arm64']).join(','),
})).filter(({ text, platforms }) =>
  lintDockerfile(text, { platforms: parsePlatforms([platforms]) }).findings.some(
    ({ fix }) => fix?.kind === 'automatic',
  ),
);

describeWithEngines('automatic fixes', (engines) => {
  const env = toolEnvironment(engines.containerd);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(engines.directory, 'lint-fixes-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** BuildKit's findings by name; its refusal of a file is one too. */
  async function checked(
    file: string,
    platforms: string,
    ...more: readonly string[]
  ): Promise<readonly string[]> {
    const run = await xbundle(['lint', file, '--json', '--platform', platforms, ...more], { env });
    const { files, buildkit } = JSON.parse(run.stdout) as {
      readonly files: readonly { readonly findings: readonly { readonly rule: string }[] }[];
      readonly buildkit: { readonly asked: boolean };
    };
    expect(buildkit.asked).toBe(true);
    const rules = files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
    return rules.filter((rule) => !rule.startsWith('XB')).toSorted();
  }

  it('are there for many rules', () => {
    expect(EXAMPLES.length).toBeGreaterThan(8);
  });

  it.each(EXAMPLES)(
    'of the example of $id change it, and leave BuildKit nothing new to say',
    async ({ id, text, platforms }) => {
      const file = join(folder, `${id}.Dockerfile`);
      await writeFile(file, text);
      const before = await checked(file, platforms);
      const after = await checked(file, platforms, '--fix');
      expect(await readFile(file, 'utf8')).not.toBe(text);
      expect(after.filter((rule) => !before.includes(rule))).toEqual([]);
      expect(after.length).toBeLessThanOrEqual(before.length);
    },
  );
});
