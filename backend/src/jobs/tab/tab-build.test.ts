import { expect, it } from 'vitest';
import { TabComponent, type TabLine } from './tab-build.ts';

const CELLS = ['web@linux/amd64', 'web@linux/arm64'];

function component(cells: readonly string[] = CELLS): TabComponent {
  return new TabComponent({
    component: 'web',
    cells: cells.map((id) => ({ id, how: 'native' as const })),
    needs: [],
    args: ['buildx'],
  });
}

function states(lines: readonly TabLine[]): readonly string[] {
  return lines.flatMap((line) => (line.type === 'cell' ? [`${line.cell.id} ${line.cell.state}`] : []));
}

function step(digest: string, name: string, more: object = {}): string {
  return JSON.stringify({ vertexes: [{ digest: `sha256:${digest}`, name, ...more }] });
}

const RAN = { started: '2026-01-01T00:00:00Z', completed: '2026-01-01T00:00:01Z' };

it('tells steps of the cell whose platform they have', () => {
  const web = component();
  expect(states(web.waiting())).toEqual(CELLS.map((id) => `${id} waiting`));
  const lines = web.add(step('a', '[linux/arm64 1/2] RUN true', RAN));
  expect(states(lines)).toEqual(CELLS.map((id) => `${id} running`));
  expect(lines.flatMap((line) => (line.type === 'build' ? [line.cell] : []))).toEqual([CELLS[1]]);
  expect(states(web.end(0))).toEqual(CELLS.map((id) => `${id} done`));
});

it('fails the platform that failed, and not the one that was stopped for it', () => {
  const web = component();
  web.add(step('a', '[linux/amd64 1/2] RUN true', { ...RAN, error: 'context canceled: context canceled' }));
  web.add(step('b', '[linux/arm64 1/2] RUN false', { ...RAN, error: 'exit code: 1' }));
  expect(states(web.end(1))).toEqual([`${CELLS[0]} canceled`, `${CELLS[1]} failed`]);
});

it('fails all of them when the command was refused', () => {
  const web = component();
  web.add('ERROR: failed to build: no such builder');
  const [first, second] = web.end(1);
  expect([first, second]).toMatchObject(
    CELLS.map(() => ({ cell: { state: 'failed', failure: { message: /no such builder/ } } })),
  );
});

it('tells all of a build for one platform of its one cell', () => {
  const lines = component(['web@linux/arm64']).add(step('a', '[1/2] RUN true', RAN));
  expect(lines.at(-1)).toMatchObject({ type: 'build', cell: 'web@linux/arm64' });
});

it.each([
  ['is stopped', (web: TabComponent) => web.end(130), 'canceled'],
  ['has nothing to stand on', (web: TabComponent) => web.block(), 'blocked'],
])('that %s is not there', (_, end, state) => {
  expect(states(end(component()))).toEqual(CELLS.map((id) => `${id} ${state}`));
});
