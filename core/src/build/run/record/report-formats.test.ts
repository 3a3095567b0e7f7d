import { expect, it } from 'vitest';
import type { BuildReport, CellReport } from './build-report.ts';
import { plannedReport, storedCell } from '../../../testing/builds/built-cells.ts';
import { buildMetadata, formatBuildJunit, formatBuildMarkdown } from './report-formats.ts';

const FAILED: CellReport = {
  ...storedCell('api'),
  results: [],
  state: 'failed',
  failure: {
    cause: 'command',
    transient: false,
    message: 'the command "a" <b> failed',
    at: { file: '/project/api/Dockerfile', line: 6, endLine: 6, source: ['RUN false'] },
    suggestion: 'do *this*',
    log: ['out\u0007put'],
  },
};
const BLOCKED: CellReport = {
  ...storedCell('web', 'linux/amd64'),
  results: [],
  state: 'blocked',
  reason: 'it needs api@linux/amd64',
};

const report: BuildReport = plannedReport([storedCell('web'), BLOCKED, FAILED]);

it('Markdown has the matrix, and each cell that is not there with its place, reason and output', () => {
  expect(formatBuildMarkdown(report)).toBe(`# Build of release v1

**Incomplete**: 1 of 3 cells in 12.3 s.

| component | linux/arm64 | linux/amd64 |
| --- | --- | --- |
| web | emulated, 1.2 s | **blocked, 1.2 s** |
| api | **failed, 1.2 s** |  |

## web for linux/amd64: blocked

it needs api@linux/amd64

## api for linux/arm64: failed at /project/api/Dockerfile:6

the command "a" \\<b\\> failed

do \\*this\\*

    out\u0007put
`);
});

it('JUnit has one case for each cell, with nothing in it that XML cannot hold', () => {
  const xml = formatBuildJunit(report);
  expect(xml).toContain('<testsuites tests="3" failures="1" skipped="1" time="12.345">');
  expect(xml).toContain('<testcase classname="web" name="linux/arm64" time="1.234"/>');
  expect(xml).toContain('<skipped message="it needs api@linux/amd64"/>');
  expect(xml).toContain('<failure type="command" message="the command &#34;a&#34; &#60;b&#62; failed">');
  expect(xml).toContain('/project/api/Dockerfile:6\nRUN false\nout\uFFFDput\ndo *this*</failure>');
});

it('metadata has the names and digest of each component, and those of its platforms', () => {
  expect(buildMetadata(plannedReport([storedCell('web')]))).toEqual({
    web: {
      'containerimage.digest': `sha256:${'c'.repeat(64)}`,
      'image.name': 'docker.io/team/web:v1',
      platforms: {
        'linux/arm64': {
          'containerimage.digest': `sha256:${'a'.repeat(64)}`,
          'containerimage.config.digest': `sha256:${'b'.repeat(64)}`,
        },
      },
    },
  });
});
