import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBuildProject, type BuildProject } from '../support/build-project.ts';
import { xbundle } from '../support/cli.ts';
import { describeWithEngines } from '../support/engine-suite.ts';

/** What a shell, a list of fields, a template or an option parser would take apart. */
const NASTY = `-a, b="c" 'd' $(id) \`id\` \${HOME} %{if} $$ x=y`;
const FOLDER = `-we ird,="x`;

const DOCKERFILE = `FROM BASE AS made
ARG A
RUN --mount=type=secret,id=s mkdir /out && printf %s "$A" > /out/argument && cat /run/secrets/s > /out/secret
FROM scratch
COPY --from=made /out /
COPY context /
COPY --from=named named /
`;

interface PlannedCell {
  readonly id: string;
  readonly how: string;
  readonly needs: readonly string[];
  readonly command: readonly string[];
}

interface Plan {
  readonly cells: readonly PlannedCell[];
  readonly notes: readonly string[];
  readonly told: readonly { readonly code: string; readonly message: string }[];
}

describeWithEngines('a plan of what buildx is told', (engines) => {
  const { containerd, classic } = engines;
  let project: BuildProject;

  beforeAll(async () => {
    project = await makeBuildProject(engines, containerd, 'xb-plan');
    await project.write(`${FOLDER}/D f`, DOCKERFILE.replace('BASE', project.base));
    await project.write(`${FOLDER}/context`, 'from the context');
    await project.write('-named, "n"/named', 'from the named context');
    await project.write('secret, "s"=t', 'the secret');
  });

  afterAll(async () => {
    await project.close();
  });

  async function plan(args: readonly string[], host = containerd.host): Promise<Plan> {
    const env = { ...project.env, DOCKER_HOST: host };
    const done = await xbundle(['build', '--dry-run', '--json', ...args], { cwd: project.directory, env });
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    return JSON.parse(done.stdout) as Plan;
  }

  const hcl = (text: string): string => JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
  const secret = `id=s,"src=secret, ""s""=t"`;
  const contexts = { named: './-named, "n"' };
  const definitions: Readonly<Record<string, () => string>> = {
    'docker-bake.hcl': () => `target "app" {
  context    = ${hcl(FOLDER)}
  dockerfile = "D f"
  args       = { A = ${hcl(NASTY)} }
  secret     = [${hcl(secret)}]
  contexts   = { named = ${hcl(contexts.named)} }
  platforms  = ["linux/amd64"]
}
group "default" { targets = ["app"] }
`,
    'compose.yaml': () =>
      JSON.stringify({
        services: {
          app: {
            image: 'app',
            build: {
              context: FOLDER,
              dockerfile: 'D f',
              args: { A: NASTY.replaceAll('$', '$$$$') },
              secrets: ['s'],
              additional_contexts: contexts,
              platforms: ['linux/amd64'],
            },
          },
        },
        secrets: { s: { file: './secret, "s"=t' } },
      }),
    'xbundle.yaml': () =>
      JSON.stringify({
        platforms: 'amd64',
        components: {
          app: {
            context: FOLDER,
            dockerfile: 'D f',
            args: { A: NASTY.replaceAll('$', '$$$$') },
            secrets: [secret],
            contexts,
          },
        },
      }),
  };

  it.each(Object.keys(definitions))('passes on from %s what it says, to the letter', async (name) => {
    await project.write(name, definitions[name]?.() ?? '');
    const out = join(project.directory, `out of, "${name}"`);
    const done = await xbundle(['build', '-f', name, '--output', out], {
      cwd: project.directory,
      env: project.env,
    });
    expect(done, done.stdout + done.stderr).toMatchObject({ exitCode: 0 });
    const texts = ['argument', 'secret', 'context', 'named'].map((file) =>
      readFile(join(out, 'linux_amd64', file), 'utf8'),
    );
    expect(await Promise.all(texts)).toEqual([
      NASTY,
      'the secret',
      'from the context',
      'from the named context',
    ]);
  });

  it('has the edges of compose, and reads its paths beside the file', async () => {
    await project.write('sub/app/Dockerfile', `FROM ${project.base}\nRUN true\n`);
    const service = { build: { context: 'app', platforms: ['linux/arm64'] } };
    const services = {
      web: { ...service, image: 'web', depends_on: { hub: { condition: 'service_started' } } },
      hub: { ...service, image: 'hub' },
    };
    await project.write('sub/compose.yaml', JSON.stringify({ services }));
    const { cells } = await plan(['-f', 'sub/compose.yaml']);
    expect(cells.map(({ id, how, needs }) => [id, how, ...needs])).toEqual([
      ['hub@linux/arm64', 'emulated'],
      ['web@linux/arm64', 'emulated', 'hub@linux/arm64'],
    ]);
    expect(cells[0]?.command).toContain(join(project.directory, 'sub/app'));
  });

  it('of several files is that of all of them, of which a later one has the last word', async () => {
    await project.write('one/Dockerfile', `FROM ${project.base}\nRUN true\n`);
    const service = { build: { context: 'one', platforms: ['linux/arm64'] }, image: 'one:compose' };
    await project.write('first.yaml', JSON.stringify({ services: { one: service } }));
    await project.write('second.hcl', 'target "one" {\n  tags = ["one:bake"]\n  args = { A = "b" }\n}\n');
    const files = ['-f', 'first.yaml', '-f', 'second.hcl'];
    const { cells } = await plan(['one', ...files]);
    expect(cells.map(({ id }) => id)).toEqual(['one@linux/arm64']);
    expect(cells[0]?.command).toEqual(
      expect.arrayContaining([
        '--tag=docker.io/library/one:bake',
        '--build-arg=A=b',
        join(project.directory, 'one'),
      ]),
    );
    const options = { cwd: project.directory, env: project.env };
    await project.write('third.yaml', 'components:\n  one: {context: one}');
    const mixed = await xbundle(['build', '--dry-run', ...files, '-f', 'third.yaml'], options);
    expect(mixed).toMatchObject({ exitCode: 2 });
  });

  it('of a classic store has arch tags, and says so', async () => {
    await project.write('one/Dockerfile', 'FROM scratch\nCOPY . /\n');
    const planned = await plan(['one', '-t', 'xb-plan/one:v1', '-p', 'amd64,arm64'], classic.host);
    const commands = planned.cells.map(({ how, command }) => [
      how,
      ...command.filter((arg) => /^--(?:tag|output)/.test(arg)),
    ]);
    expect(commands).toEqual([
      ['native', '--tag=docker.io/xb-plan/one:v1-amd64', '--output=type=docker'],
      ['cross', '--tag=docker.io/xb-plan/one:v1-arm64', '--output=type=docker'],
    ]);
    expect(planned.notes).toEqual([expect.stringContaining('xb-plan/one:v1-amd64')]);
    expect(planned.told).toMatchObject([{ code: 'kept-in-engine', message: planned.notes[0] }]);
  });

  it('fits a terminal, and shows how each cell is built', async () => {
    await project.write('one/Dockerfile', `FROM ${project.base}\nRUN true\n`);
    const args = ['build', 'one', '-t', 'xb-plan/one:v1', '-p', 'amd64,arm64', '--dry-run'];
    const { stdout } = await xbundle(args, { cwd: project.directory, env: project.env });
    const [head, row] = stdout.split('\n');
    expect(head?.split(/\s+/)).toEqual(['COMPONENT', 'linux/amd64', 'linux/arm64']);
    expect(row?.split(/\s+/)).toEqual(['one', 'native', 'emulated']);
    expect(stdout).toContain('2 cells: 1 native, 1 emulated');
    expect(stdout).toContain('docker buildx build --builder=default --platform=linux/arm64');
  });

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, number, RegExp]>([
    [
      'a circle',
      ['-f', 'docker-bake.json'],
      {
        'docker-bake.json':
          '{"target":{"a":{"contexts":{"b":"target:b"}},"b":{"contexts":{"a":"target:a"}}}}',
      },
      2,
      /loop|circle/,
    ],
    [
      'a file that buildx refuses',
      ['-f', 'docker-bake.hcl'],
      { 'docker-bake.hcl': 'target "a" {' },
      2,
      /docker-bake\.hcl/,
    ],
    [
      'a context that is not there',
      ['-f', 'xbundle.yaml'],
      { 'xbundle.yaml': 'components:\n  a: {context: gone}' },
      2,
      /xbundle\.yaml:2: a: /,
    ],
    [
      'a platform that no component is for',
      ['-f', 'xbundle.yaml', '-p', 's390x'],
      { 'xbundle.yaml': 'components:\n  a: {platforms: amd64, dockerfile-inline: FROM scratch}' },
      2,
      /s390x/,
    ],
  ])('refuses %s', async (...[, args, files, exitCode, message]) => {
    for (const [name, text] of Object.entries(files)) await project.write(name, text);
    const done = await xbundle(['build', '--dry-run', ...args], { cwd: project.directory, env: project.env });
    expect(done.stderr).toMatch(message);
    expect(done.exitCode).toBe(exitCode);
  });
});
