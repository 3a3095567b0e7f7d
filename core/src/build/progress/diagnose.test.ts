import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { BuildProgress } from './build-progress.ts';
import { diagnoseBuild, type BuildFailure } from './diagnose.ts';
import { parseErrorExcerpt } from './error-excerpt.ts';
import type { CauseContext } from './failure-causes.ts';

async function failureOf(name: string, context: CauseContext = {}): Promise<BuildFailure> {
  const url = new URL(`../../../../test/fixtures/rawjson/${name}.ndjson`, import.meta.url);
  const progress = new BuildProgress();
  for (const line of (await readFile(url, 'utf8')).trimEnd().split('\n')) progress.add(line);
  progress.finish();
  return diagnoseBuild(progress.model, { platform: 'linux/s390x', ...context });
}

function said(text: readonly string[], context: CauseContext = {}): BuildFailure {
  const progress = new BuildProgress();
  for (const line of text) progress.add(line);
  return diagnoseBuild(progress.model, context);
}

describe('a capture of a failed build', () => {
  it.each([
    ['connection-refused', 'network', true, 1],
    ['syntax-unreachable', 'network', true, 1],
    ['no-such-host', 'network', true, 1],
    ['network-in-step', 'network', true, 2],
    ['registry-503', 'registry', true, 1],
    ['emulator-crash', 'emulator-crashed', true, 2],
    ['exec-format-error', 'emulation-missing', false, 3],
    ['base-lacks-platform', 'base-lacks-platform', false, 1],
    ['image-not-found', 'image-not-found', false, 1],
    ['file-not-found', 'file-not-found', false, 3],
    ['parse-error', 'dockerfile', false, 2],
    ['several-lines', 'command', false, 2],
    ['canceled-sibling', 'command', false, 6],
  ])('of %s says %s (transient: %s) and line %i', async (name, ...want) => {
    const failure = await failureOf(name);
    expect([failure.cause, failure.transient, failure.at?.line]).toEqual(want);
    expect(failure.at?.file).toBe('Dockerfile');
    expect(failure.message).not.toBe('');
  });

  it('says what would help, with the names that matter', async () => {
    const mend = async (name: string): Promise<string | undefined> => (await failureOf(name)).suggestion;
    expect(await mend('exec-format-error')).toContain('tonistiigi/binfmt --install s390x');
    expect(await mend('base-lacks-platform')).toContain('imagetools inspect docker.io/xbr/base:latest');
    expect(await mend('file-not-found')).toContain('/nosuch');
  });

  it('has the output of the step that failed, not of its canceled sibling', async () => {
    const failure = await failureOf('canceled-sibling');
    expect(failure.log).toEqual(['boom']);
    expect(failure.step).toContain('[3/3] RUN if [ "arm64" = arm64 ]');
    expect(failure.message).toBe('the command did not complete successfully: exit code: 7');
  });

  it('has all lines of an instruction', async () => {
    expect((await failureOf('several-lines')).at).toMatchObject({
      line: 2,
      endLine: 4,
      source: ['RUN echo a && \\', '    echo b && \\', '    false'],
    });
  });
});

describe('what buildx says by itself', () => {
  const process = 'failed to solve: process "/bin/sh -c x" did not complete successfully: exit code:';
  it.each([
    [
      'Multi-platform build is not supported for the docker driver.\nSwitch to a different driver',
      'builder-feature',
      false,
    ],
    ['OCI exporter is not supported for the docker driver.', 'builder-feature', false],
    ['no builder "multi" found', 'no-builder', false],
    ['Cannot connect to the Docker daemon at unix:///x. Is it running?', 'engine-unreachable', false],
    ['failed to solve: write /var/x: no space left on device', 'disk-full', false],
    ['failed to solve: a/b:c: pull access denied, repository does not exist', 'unauthorized', false],
    ['failed to solve: unexpected status from GET request to http://r/v2/: 429 Too Many', 'registry', true],
    ['failed to receive status: rpc error: code = Unavailable desc = EOF', 'node-lost', true],
    [`${process} 137`, 'out-of-memory', false],
    [`${process} 139`, 'command', false],
    ['failed to solve: Canceled: context canceled', 'canceled', false],
    [
      'failed to solve: failed to resolve source metadata for docker.io/docker/buildkit-syft-scanner:stable-1: no such host',
      'image-not-found',
      true,
    ],
    ['something new', 'unknown', false],
  ])('%j is %s', (text, cause, transient) => {
    const lines = `ERROR: failed to build: ${text}`.split('\n');
    expect(said(lines)).toMatchObject({ cause, transient });
  });

  it('takes the death of a process under QEMU for a fault of QEMU', () => {
    const lines = [`ERROR: failed to build: ${process} 139`];
    expect(said(lines, { emulated: true })).toMatchObject({ cause: 'emulator-crashed', transient: true });
  });

  it('does not take the text of a command for what happened', () => {
    const quoted = 'process "/bin/sh -c echo \\"dial tcp: connection refused\\"; false" did not complete';
    expect(
      said([`ERROR: failed to build: failed to solve: ${quoted} successfully: exit code: 1`]),
    ).toMatchObject({ cause: 'command', transient: false });
  });

  it('is the log of a build that did not begin, but for the message itself', () => {
    const failure = said(['WARNING: x', 'ERROR: failed to build: no builder "a" found']);
    expect(failure).toMatchObject({ message: 'no builder "a" found', log: ['WARNING: x'] });
  });
});

it('an excerpt is read whatever the file is called, and absent where there is none', () => {
  const rule = '-'.repeat(20);
  const text = ['x', 'docker/My File:12', rule, '  11 |     A', '  12 | >>> RUN a | b', rule];
  expect(parseErrorExcerpt(text)).toEqual({
    file: 'docker/My File',
    line: 12,
    endLine: 12,
    source: ['RUN a | b'],
  });
  expect(parseErrorExcerpt(['a:1', 'b', rule])).toBeUndefined();
});
