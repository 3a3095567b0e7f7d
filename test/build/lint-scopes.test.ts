/** What the linter predicts of platform variables, held against a real BuildKit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateDockerfile, parsePlatform } from '@xbundle/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../support/engine-suite.ts';
import { platformBuilds, PROBE, PROBED } from '../support/platform-build.ts';
import { VALUES } from '../support/scope-rows.ts';

function probe(name: string): string {
  return `RUN /bin/busybox mkdir -p /out && echo "[$${name}]" > /out/value\n`;
}

describeWithEngines('what BuildKit makes of platform variables', (engines) => {
  let scratch: string;
  const build = platformBuilds(engines, () => scratch);

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'lint-'));
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(VALUES)(
    'row $row: $fact',
    async ({ globals = '', stage, name = 'TARGETARCH', platform = 'linux/arm64', args = {}, value }) => {
      const text = globals + PROBE + stage + probe(name) + PROBED;
      const built = await build({ text, platform, args });
      expect(built).toMatchObject({ exitCode: 0 });
      expect(await built.read('value')).toBe(`[${value}]`);
      const [target, machine] = [parsePlatform(platform), parsePlatform('linux/amd64')];
      const seen = evaluateDockerfile(text, { target, build: machine, buildArgs: args });
      expect(seen.findLast(({ keyword }) => keyword === 'RUN')?.values[name] ?? '').toBe(value);
    },
  );
});
