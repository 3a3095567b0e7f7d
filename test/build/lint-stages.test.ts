/** What stages and steps do for other platforms in a real BuildKit, and which rule finds it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lintDockerfile, parsePlatforms } from '@xbundle/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crane, docker } from '../engine/docker.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { platformBuilds, PROBE, PROBED } from '../support/platform-build.ts';
import { buildSample } from '../support/sample-image.ts';

describeWithEngines('what BuildKit makes of stages for other platforms', (engines) => {
  let scratch: string;
  const name = `${engines.registry.host}/${uniqueRepository('lint')}/app:v1`;
  const build = platformBuilds(engines, () => scratch);

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'lint-'));
    await buildSample(engines, { scratch, name });
    await docker(engines.containerd, ['push', '--quiet', name]);
  });

  afterAll(async () => {
    await removeImages(engines.containerd, [name]);
    await rm(scratch, { recursive: true, force: true });
  });

  describe('stages', () => {
    const sampled = async (text: string): Promise<string | undefined> => {
      const built = await build({ text: text.replaceAll('IMAGE', name) });
      expect(built).toMatchObject({ exitCode: 0 });
      return built.read('sample.txt');
    };

    it.each([
      {
        row: 15,
        fact: 'a last stage made from one on the build machine',
        text: 'FROM --platform=$BUILDPLATFORM IMAGE AS first\nFROM first\nCMD ["sh"]\n',
        architecture: 'amd64',
        rule: 'XB003',
      },
      {
        row: 17,
        fact: 'a default for BUILDPLATFORM',
        text: 'ARG BUILDPLATFORM=linux/arm64\nFROM --platform=$BUILDPLATFORM IMAGE AS first\nFROM scratch\nCOPY --from=first /sample.txt /\n',
        architecture: 'arm64',
        rule: 'XB001',
      },
      {
        row: 18,
        fact: 'a constant behind an ARG',
        text: 'ARG PLATFORM=linux/amd64\nFROM --platform=$PLATFORM IMAGE\n',
        architecture: 'amd64',
        rule: 'XB029',
      },
    ])('row $row: $fact gives files of $architecture, and is found', async ({ text, architecture, rule }) => {
      expect(await sampled(text)).toBe(`sample for ${architecture}`);
      const { findings } = lintDockerfile(text, { platforms: parsePlatforms(['amd64,arm64']) });
      expect(findings.map((finding) => finding.rule)).toContain(rule);
    });

    it('row 16: a constant gives its files to every platform; that is left to BuildKit', async () => {
      const text = 'FROM --platform=linux/amd64 IMAGE\n';
      expect(await sampled(text)).toBe('sample for amd64');
      expect(lintDockerfile(text).findings).toEqual([]);
    });

    it('row 19: a digest of one platform gives its files to every platform', async () => {
      const { stdout } = await crane(engines, ['digest', '--insecure', '--platform', 'linux/amd64', name]);
      expect(await sampled(`FROM IMAGE@${stdout.trim()}\n`)).toBe('sample for amd64');
    });

    it('row 20: a platform that the image lacks is an error', async () => {
      const built = await build({ text: `FROM ${name}\n`, platform: 'linux/riscv64' });
      expect(built.exitCode).toBe(1);
    });

    it('row 21: COPY --from an image in a stage on the build machine takes the target', async () => {
      const text = `FROM --platform=$BUILDPLATFORM ${name} AS b\nCOPY --from=IMAGE /sample.txt /taken\nFROM scratch\nCOPY --from=b /taken /sample.txt\n`;
      expect(await sampled(text)).toBe('sample for arm64');
      expect(lintDockerfile(text.replaceAll('IMAGE', name)).findings.map(({ rule }) => rule)).toContain(
        'XB028',
      );
    });

    it('row 22: COPY --from takes no variable', async () => {
      const text = `${PROBE}FROM scratch\nARG TARGETARCH\nCOPY --from=probe-$TARGETARCH /bin /bin\n`;
      const built = await build({ text });
      expect(built).toMatchObject({ exitCode: 1 });
      expect(built.stderr).toContain('variable expansion is not supported for --from');
      expect(lintDockerfile(text).findings.map(({ rule }) => rule)).toContain('XB014');
    });
  });

  describe('steps', () => {
    const cached = async (id: string, platform: string, before: string): Promise<string | undefined> => {
      const mount = `--mount=type=cache,target=/c${id === '' ? '' : `,id=${id}`}`;
      const text = `${PROBE}${before}RUN ${mount} /bin/busybox mkdir -p /out && /bin/busybox ls /c > /out/value && echo > /c/${platform.replace('/', '-')}-${Math.random()}\n${PROBED}`;
      return (await build({ text, platform })).read('value');
    };
    const unique = Date.now().toString(36);

    it.each([
      { row: 23, fact: 'one cache without an id of its own', id: `s-${unique}`, before: '', seen: /amd64/ },
      {
        row: 24,
        fact: 'no cache that has the platform in its id',
        id: `p-${unique}-$TARGETARCH`,
        before: 'ARG TARGETARCH\n',
        seen: /^$/,
      },
      {
        row: 25,
        fact: 'one cache where the ARG is missing',
        id: `m-${unique}-$TARGETARCH`,
        before: '',
        seen: /amd64/,
      },
    ])('row $row: platforms share $fact', async ({ id, before, seen }) => {
      await cached(id, 'linux/amd64', before);
      expect(await cached(id, 'linux/arm64', before)).toMatch(seen);
    });

    it('row 26: a bind mount is read-only', async () => {
      const text = `${PROBE}RUN --mount=type=bind,target=/m echo x > /m/go.sum\n`;
      expect((await build({ text })).exitCode).toBe(1);
    });

    it('row 27: what a file sets without export no program sees', async () => {
      const text = `${PROBE}RUN GOARCH=x; export GOARCH; echo "GOARCH=$GOARCH" > /env\nRUN . /env && /bin/busybox mkdir /out && /bin/busybox env > /out/value\n${PROBED}`;
      const seen = await (await build({ text })).read('value');
      expect(seen).toContain('PWD=');
      expect(seen).not.toContain('GOARCH');
      expect(lintDockerfile(text).findings.map(({ rule }) => rule)).toContain('XB022');
    });
  });
});
