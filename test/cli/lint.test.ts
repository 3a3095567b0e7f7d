import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crane, docker, toolEnvironment } from '../engine/docker.ts';
import { xbundle, type CliRun } from '../support/cli.ts';
import { removeImages } from '../support/engine-images.ts';
import { describeWithEngines, uniqueRepository } from '../support/engine-suite.ts';
import { buildSample } from '../support/sample-image.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/lint/', import.meta.url));
const BAD = 'FROM alpine\nARG TARGETARCH=amd64\nCOPY bin/$TARGETARCH /bin/app\n';
const GOOD = BAD.replace('=amd64', '');

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly range: { readonly start: { readonly line: number } };
}

interface Document {
  readonly files: readonly { readonly file: string; readonly findings: readonly Finding[] }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly buildkit: { readonly asked: boolean };
}

function documentOf({ stdout }: CliRun): Document {
  return JSON.parse(stdout) as Document;
}

function rulesOf(run: CliRun): readonly string[] {
  return documentOf(run).files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
}

describe('lint', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xbundle-lint-'));
    return () => rm(folder, { recursive: true, force: true });
  });

  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  };

  const lint = (...args: readonly string[]): Promise<CliRun> =>
    xbundle(['lint', '--no-buildkit', ...args], { cwd: folder });

  it('finds the Dockerfiles of a folder, and ends with exit code 3 for an error', async () => {
    for (const name of ['Dockerfile', 'app/web.Dockerfile', 'app/Dockerfile.dev', 'Containerfile'])
      await write(name, BAD);
    for (const name of ['node_modules/x/Dockerfile', '.git/Dockerfile', 'Dockerfile.dockerignore', 'notes'])
      await write(name, BAD);
    const run = await lint('--json');
    expect(run).toMatchObject({ exitCode: 3, stderr: '' });
    expect(documentOf(run).files.map(({ file }) => file)).toEqual([
      'Containerfile',
      'Dockerfile',
      join('app', 'Dockerfile.dev'),
      join('app', 'web.Dockerfile'),
    ]);
  });

  it('tells findings with their lines in 80 columns and without colours', async () => {
    await copyFile(join(FIXTURES, 'go-monorepo.Dockerfile'), join(folder, 'Dockerfile'));
    const { stdout, exitCode } = await lint();
    expect(exitCode).toBe(3);
    expect(stdout).toContain(' 11 | ARG TARGETOS=linux\n    |     ^^^^^^^^^^^^^^\n');
    expect(stdout).toContain('2 errors, 1 warning, 2 info in 1 file; --fix puts 3 right\n');
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    ['error', 0],
    ['warning', 3],
    ['info', 3],
  ])('with --fail-on %s ends a warning with exit code %i', async (level, exitCode) => {
    await write('Dockerfile', 'ARG NEVER=1\nFROM alpine\n');
    expect(await lint('--fail-on', level)).toMatchObject({ exitCode });
  });

  it('writes automatic fixes, and tells what is left', async () => {
    await write('Dockerfile', BAD);
    expect(await lint('--fix')).toMatchObject({ exitCode: 0, stdout: 'No findings in 1 file\n' });
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(GOOD);
  });

  it('shows the changes of --fix --dry-run, and writes nothing', async () => {
    await write('Dockerfile', BAD);
    const run = await lint('--fix', '--dry-run');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain('-ARG TARGETARCH=amd64\n+ARG TARGETARCH\n');
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(BAD);
  });

  it('reads its configuration', async () => {
    await write('Dockerfile', BAD);
    await write('old/Dockerfile', BAD);
    await write('.xbundle-lint.yaml', 'rules: { XB001: warning }\nignore: [old/]\n');
    const run = await lint('--json');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(documentOf(run)).toMatchObject({ counts: { error: 0, warning: 1, info: 0 } });
    expect(documentOf(run).files).toHaveLength(1);
  });

  it('narrows to the platforms that are built', async () => {
    await write('Dockerfile', 'FROM arm64v8/alpine\n');
    expect(rulesOf(await lint('--json', '-p', 'amd64,arm64'))).toEqual(['XB011']);
    expect(rulesOf(await lint('--json', '-p', 'arm64'))).toEqual([]);
  });

  it('takes the arguments, stages and platforms of xbundle.yaml', async () => {
    await write(
      'app/Dockerfile',
      'ARG GO_IMAGE=a\nFROM ${GO_IMAGE} AS build\nFROM arm64v8/alpine AS other\n',
    );
    await write(
      'xbundle.yaml',
      'platforms: [linux/amd64, linux/arm64]\ncomponents:\n  app: { context: app, target: build, tags: [app:v1], args: { GOIMAGE: b } }\n',
    );
    const run = await lint('--json', '-f', 'xbundle.yaml');
    expect(rulesOf(run)).toEqual(['XB012']);
    expect(documentOf(run).files[0]?.file).toBe(join('app', 'Dockerfile'));
  });

  it.each([
    ['sarif', '"ruleId": "XB001"'],
    ['github', '::error file=Dockerfile,line=2'],
    ['json', '"rule": "XB001"'],
  ])('speaks %s', async (format, expected) => {
    await write('Dockerfile', BAD);
    const run = await lint('--format', format, '--quiet');
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stdout).toContain(expected);
  });

  it('says nothing with --quiet but by its exit code', async () => {
    await write('Dockerfile', BAD);
    expect(await lint('--quiet')).toMatchObject({ exitCode: 3, stdout: '', stderr: '' });
  });

  it.each([
    ['a folder without Dockerfiles', ['.'], 3],
    ['a file that is not there', ['nowhere'], 7],
    ['paths and a definition', ['.', '-f', 'x.yaml'], 2],
    ['--dry-run alone', ['--dry-run'], 2],
    ['a platform that is none', ['--platform', 'toaster'], 2],
    ['a configuration that is not there', ['--config', 'nowhere.yaml'], 7],
  ])('refuses %s', async (_, args, exitCode) => {
    if (exitCode === 2) await write('Dockerfile', GOOD);
    expect(await lint(...args)).toMatchObject({ exitCode, stdout: '' });
  });

  it('goes on without BuildKit, and says so', async () => {
    await write('Dockerfile', GOOD);
    const run = await xbundle(['lint'], { cwd: folder });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain("BuildKit's own checks were not asked: ");
  });
});

describeWithEngines('lint with an engine and a registry', (engines) => {
  const { containerd, registry } = engines;
  const env = toolEnvironment(containerd);
  const name = `${registry.host}/${uniqueRepository('lint-cli')}/app:v1`;
  let scratch: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'lint-cli-'));
    await buildSample(engines, { scratch, name });
    await docker(containerd, ['push', '--quiet', name]);
  });

  afterAll(async () => {
    await removeImages(containerd, [name]);
    await rm(scratch, { recursive: true, force: true });
  });

  const lint = async (text: string, ...args: readonly string[]): Promise<CliRun> => {
    await writeFile(join(scratch, 'Dockerfile'), text);
    return xbundle(['lint', join(scratch, 'Dockerfile'), '--json', ...args], { env });
  };

  it("adds BuildKit's own checks under their names", async () => {
    const run = await lint('FROM scratch\nCOPY $NOWHERE /x\n');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(documentOf(run)).toMatchObject({
      buildkit: { asked: true },
      files: [{ findings: [{ rule: 'UndefinedVar', severity: 'warning', range: { start: { line: 2 } } }] }],
    });
  });

  it("leaves out what the Dockerfile's check directive skips", async () => {
    expect(rulesOf(await lint('# check=skip=UndefinedVar\nFROM scratch\nCOPY $NOWHERE /x\n'))).toEqual([]);
  });

  it('asks the registry for the index behind a digest, and puts its digest in', async () => {
    const digest = async (...more: readonly string[]): Promise<string> =>
      (await crane(engines, ['digest', '--insecure', ...more, name])).stdout.trim();
    const text = `FROM ${name}@${await digest('--platform', 'linux/arm64')}\n`;
    const args = ['--online', '--no-buildkit', '--platform', 'amd64,arm64'];
    expect(rulesOf(await lint(text, ...args))).toEqual(['XB010']);
    expect(rulesOf(await lint(`FROM ${name}@${await digest()}\n`, ...args))).toEqual([]);
    expect(rulesOf(await lint(`FROM ${name}\n`, '--online', '--no-buildkit', '-p', 'amd64,riscv64'))).toEqual(
      ['XB011'],
    );
  });

  it('reads a bake file', async () => {
    await writeFile(join(scratch, 'Dockerfile'), 'FROM arm64v8/alpine\n');
    await writeFile(
      join(scratch, 'docker-bake.hcl'),
      'target "app" {\n  context = "."\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n',
    );
    const run = await xbundle(['lint', '-f', 'docker-bake.hcl', '--no-buildkit', '--json'], {
      env,
      cwd: scratch,
    });
    expect(run).toMatchObject({ exitCode: 3 });
    expect(rulesOf(run)).toEqual(['XB011']);
  });
});
