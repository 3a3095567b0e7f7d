import { describe, expect, it } from 'vitest';
import { elfFor, libraryFor } from '../../testing/images/arch-binaries.ts';
import { judge, told, type Files } from '../../testing/judge-files.ts';

const arm64 = elfFor('arm64');
const amd64 = elfFor('amd64');
const app = { 'bin/app': arm64 };
const NODE = 'app/node_modules';

describe('an image as a whole', () => {
  it('without any program is not judged', () => {
    expect(judge([{ 'data.txt!': 'x' }])).toMatchObject({ state: 'not-applicable', findings: [], judged: 0 });
  });

  it('without a program for its platform is wrong, wherever the programs lie', () => {
    const { state, findings } = judge([{ 'opt/a': amd64, 'opt/b': amd64 }]);
    expect(state).toBe('wrong');
    expect(findings[0]).toMatchObject({ code: 'nothing-native', tier: 2, rules: ['XB003', 'XB010'] });
  });

  it('that runs on some machines of its platform only is suspect', () => {
    const { state, findings } = judge([{ 'bin/app': elfFor('arm'), 'opt/x': elfFor('arm') }]);
    expect(state).toBe('suspect');
    expect(told({ findings })).toContain('T2 warning nothing-native -');
  });

  it('that is never started is only suspect without one', () => {
    expect(judge([{ 'opt/a': amd64 }], { config: { cmd: [] } }).state).toBe('suspect');
  });

  it.each<[string, readonly Files[], readonly string[], string]>([
    ['XB003 XB010', [{ 'bin/app': amd64 }], ['COPY /app'], '/bin/app'],
    [
      'XB004 XB005',
      [{ 'bin/sh': arm64 }, { 'bin/app': amd64 }],
      ['base', 'COPY /app /bin/app # buildkit'],
      '/bin/app',
    ],
    [
      'XB006',
      [{ 'bin/sh': arm64 }, { 'bin/app': amd64 }],
      ['base', 'RUN /bin/sh -c curl -o /bin/app https://…'],
      '/bin/app',
    ],
    ['XB003 XB010', [{ 'lib/libc.so.6': libraryFor('amd64') }, app], ['base', 'COPY app'], '/lib/libc.so.6'],
    ['XB008', [app, { [`${NODE}/x/x.node`]: libraryFor('amd64') }], ['base', 'COPY x'], `/${NODE}/x/x.node`],
  ])('names the usual cause %s', (...[rule, layers, createdBy, path]) => {
    const { findings } = judge(layers, { createdBy });
    expect(findings.find((finding) => finding.path === path)).toMatchObject({ rules: rule.split(' ') });
  });

  it('names the layer and build step of a file', () => {
    const { findings } = judge([app, { 'usr/bin/git': amd64 }], { createdBy: ['base', 'COPY git'] });
    expect(findings).toEqual([
      {
        code: 'path-program',
        tier: 2,
        severity: 'error',
        path: '/usr/bin/git',
        layer: `sha256:${'1'.repeat(64)}`,
        createdBy: 'COPY git',
        expected: 'linux/arm64',
        found: 'amd64',
        rules: ['XB004', 'XB005'],
        message: expect.any(String) as string,
      },
    ]);
  });
});
