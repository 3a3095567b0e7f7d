import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { BackendError } from './client/backend-error.ts';
import type { Place } from './memory/place.tsx';
import { FACTS } from './testing/fixture-backend.ts';
import { renderApp } from './testing/render-app.tsx';
import { DIRECTORY, PLAN } from './testing/sample-project.ts';
import { FORECAST } from './testing/sample-others.ts';
import { buildAt } from './testing/sample-build.ts';

const PLANNED = { tab: 'build', project: DIRECTORY } as const;

describe('the Build tab', () => {
  it('without a project says what it is for, and offers the last ones', async () => {
    renderApp();
    fireEvent.click(await screen.findByText('ai-infra'));
    expect(await screen.findByRole('table', { name: 'Components by platforms' })).toBeDefined();
  });

  it('switches a cell, a row and a column off, and builds the rest', async () => {
    const startJob = vi.fn(() => buildAt({ id: 'x', startedAt: Date.now(), now: Date.now() }));
    renderApp({ place: PLANNED, handlers: { startJob } });
    fireEvent.click(await screen.findByText('apphub for linux/amd64:'));
    fireEvent.click(screen.getByLabelText('gitea for all platforms'));
    expect(screen.getByText('Build 21 cells')).toBeDefined();
    fireEvent.click(screen.getByLabelText('All components for linux/arm64'));
    fireEvent.click(screen.getByLabelText('All components for linux/arm64'));
    fireEvent.click(screen.getByText('Build 10 cells'));
    await waitFor(() => {
      expect(startJob).toHaveBeenCalledTimes(1);
    });
    const request = startJob.mock.calls[0] as unknown as [{ job: { cells: { platform: string }[] } }];
    expect(request[0].job.cells.every(({ platform }) => platform === 'linux/amd64')).toBe(true);
  });

  it('says why a build cannot start', async () => {
    renderApp({ place: PLANNED });
    fireEvent.click(await screen.findByRole('checkbox', { name: 'All cells' }));
    expect(screen.getByText('Switch at least one cell on.', { exact: false })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Build 0 cells' })).toHaveProperty('disabled', true);
  });

  it('shows the findings, worst first, with what mends them', async () => {
    renderApp({ place: PLANNED });
    expect(await screen.findByText('1 problem, 1 warning')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Fix it' }));
    expect(await screen.findByText(/Install emulation: /)).toBeDefined();
  });

  it('shows what is wrong in the Dockerfiles, at its lines, the gravest first', async () => {
    renderApp({ place: PLANNED });
    const panel = await screen.findByRole('region', { name: /^Dockerfiles/ });
    expect(within(panel).getByText('1 problem, 2 warnings')).toBeDefined();
    const [first] = within(panel).getAllByRole('figure');
    expect(first?.textContent).toContain('slurm-master/Dockerfile:14');
    expect(within(panel).getAllByRole('figure')).toHaveLength(3);
    fireEvent.click(within(panel).getByRole('button', { name: 'Show all 4 findings' }));
    expect(within(panel).getAllByRole('figure')).toHaveLength(4);
  });

  it('shows names of others as text, whatever they hold', async () => {
    const name = '<img src=x onerror=alert(1)>\u202e\u0007';
    const [cell] = PLAN.cells;
    if (cell === undefined) throw new Error('no cell');
    const cells = [{ ...cell, id: 'x', component: name, reason: '<b>why</b>' }];
    renderApp({ place: PLANNED, handlers: { plan: () => ({ ...PLAN, cells }) } });
    expect(await screen.findByText('<img src=x onerror=alert(1)>\\u202e\\u0007')).toBeDefined();
    expect(document.querySelector('img')).toBeNull();
  });

  it('tells what is wrong with a definition, in the backend’s words', async () => {
    const plan = (): never => {
      throw new BackendError('DEFINITION_INVALID', 'xbundle.yaml:3: platforms: want a list');
    };
    renderApp({ place: PLANNED, handlers: { plan } });
    expect(await screen.findByText('xbundle.yaml:3: platforms: want a list')).toBeDefined();
  });
});

describe('a run', () => {
  it('opens at the cell that failed, with its reason and its lines of the Dockerfile', async () => {
    renderApp({ place: { ...PLANNED, build: 'build-1' } });
    expect(await screen.findByText(/exit code: 139/, { selector: 'p' })).toBeDefined();
    expect(screen.getByRole('figure', { name: 'Lines of gitea/Dockerfile at the error' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Retry 2 cells' })).toBeDefined();
  });

  it('has a picture of when each cell was built', async () => {
    renderApp({ place: { ...PLANNED, build: 'build-1' } });
    fireEvent.click(await screen.findByRole('tab', { name: 'Timeline' }));
    const picture = screen.getByRole('group', { name: /Which cells were built when/ });
    expect(within(picture).getAllByRole('button')).toHaveLength(23);
  });

  it('moves through the matrix with the arrow keys, as one stop of the Tab key', async () => {
    renderApp({ place: { ...PLANNED, build: 'build-1' } });
    const first = await screen.findByRole('button', { name: /^apphub for linux\/amd64: / });
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement?.textContent).toContain('slurm-master for linux/amd64');
    fireEvent.keyDown(document.activeElement ?? first, { key: 'End' });
    expect(document.activeElement?.textContent).toContain('slurm-master for linux/arm64');
    expect(document.querySelectorAll('[data-stop][tabindex="0"]')).toHaveLength(1);
  });

  it('is shown as it was left: the same cell, and the same part', async () => {
    renderApp({ place: { ...PLANNED, build: 'build-1' } });
    fireEvent.click(await screen.findByRole('button', { name: /^backend for linux\/amd64: / }));
    fireEvent.click(screen.getByRole('tab', { name: 'Timeline' }));
    cleanup();
    renderApp();
    expect(await screen.findByRole('tab', { name: 'Timeline', selected: true })).toBeDefined();
    fireEvent.click(screen.getByRole('tab', { name: 'backend · linux/amd64' }));
    expect(await screen.findByRole('log', { name: /backend · linux\/amd64/ })).toBeDefined();
  });

  it('that is no longer kept says so', async () => {
    renderApp({ place: { ...PLANNED, build: 'build-99' } });
    expect(await screen.findByText('there is no job build-99')).toBeDefined();
  });
});

describe('the Bundles tab', () => {
  const exporting: Place = {
    tab: 'bundles',
    bundlePart: 'export',
    exportImages: ['ai-infra/backend:v0.3.8'],
  };

  it('forecasts before anything is fetched, then exports to the file that is named', async () => {
    const client = renderApp({ place: exporting });
    expect(await screen.findByText('The bundle will have 217 MB.', { exact: false })).toBeDefined();
    expect(screen.getByRole('img', { name: /are saved by sharing/ })).toBeDefined();
    const start = screen.getByRole('button', { name: 'Write the bundle' });
    expect(start).toHaveProperty('disabled', true);
    fireEvent.change(screen.getByRole('textbox', { name: 'Bundle file to write' }), {
      target: { value: '/r.tar' },
    });
    fireEvent.click(start);
    expect(await screen.findByText(/Export: /)).toBeDefined();
    expect((await client.jobs({ kind: 'export' })).jobs).toHaveLength(2);
  });

  it('writes nothing that lacks cells unless that is asked for', async () => {
    const cells = FORECAST.cells.map((cell, at) =>
      at === 1 ? { ...cell, state: 'missing' as const } : cell,
    );
    renderApp({ place: exporting, handlers: { forecast: () => ({ ...FORECAST, complete: false, cells }) } });
    const file = await screen.findByRole('textbox', { name: 'Bundle file to write' });
    fireEvent.change(file, { target: { value: '/r.tar' } });
    expect(await screen.findByText('1 cell is missing.')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Write the bundle' })).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Write it although cells are missing' }));
    expect(screen.getByRole('button', { name: 'Write the bundle' })).toHaveProperty('disabled', false);
  });

  it('shows the receipt of an import: what was wanted beside what is there', async () => {
    renderApp({ place: { tab: 'bundles', bundlePart: 'import', bundleJob: 'import-1' } });
    const receipt = await screen.findByRole('table', { name: 'Receipt' });
    expect(within(receipt).getAllByRole('row')).toHaveLength(13);
    expect(screen.getByText(/was asked what it has now: all of it is there/)).toBeDefined();
  });
});

describe('the Images tab', () => {
  it('marks platforms that are wanted and missing, and those that an index only lists', async () => {
    localStorage.setItem('xbundle.wanted', '["linux/riscv64"]');
    renderApp({ place: { tab: 'images', image: 'ai-infra/backend:v0.3.8' } });
    expect(await screen.findByText('listed, not there')).toBeDefined();
    expect(screen.getByText('missing')).toBeDefined();
  });
});

describe('the images of a registry', () => {
  it('are found from its host, by the repository, to a tag', async () => {
    const client = renderApp({ place: { tab: 'images' } });
    const inspect = vi.spyOn(client, 'inspect');
    fireEvent.click(screen.getByRole('tab', { name: 'A registry' }));
    fireEvent.change(screen.getByRole('textbox', { name: /^Registry or repository/ }), {
      target: { value: 'registry.example' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'List' }));
    fireEvent.click(await screen.findByRole('button', { name: 'registry.example/ai-infra/backend' }));
    fireEvent.click(await screen.findByRole('button', { name: 'registry.example/ai-infra/backend:v0.3.7' }));
    await screen.findByRole('heading', { name: /backend:v0\.3\.7/ });
    expect(inspect.mock.calls[0]?.[0]).toMatchObject({ from: 'registry' });
  });
});

describe('a comparison', () => {
  const place = { tab: 'images', image: 'ai-infra/backend:v0.3.8' } as const;

  it('of two references tells their platforms apart, and then the layers of one', async () => {
    renderApp({ place: { ...place, compare: 'ai-infra/backend:v0.3.7' } });
    const table = await screen.findByRole('table', { name: 'Platforms' });
    expect(within(table).getAllByText('differs')).toHaveLength(2);
    expect(within(table).getAllByText('same')).toHaveLength(1);
    fireEvent.click(within(table).getByRole('button', { name: 'Compare the layers of linux/amd64' }));
    const layers = await screen.findByRole('table', { name: 'Layers of both' });
    expect(within(layers).getAllByText('in both')).toHaveLength(4);
    expect(within(layers).getAllByText(/^only in the/)).toHaveLength(2);
  });

  it('of two platforms of one image shows what they share', async () => {
    localStorage.setItem(
      'xbundle.compare ai-infra/backend:v0.3.8 ai-infra/backend:v0.3.8',
      '{"left":"linux/amd64","right":"linux/arm64"}',
    );
    renderApp({ place: { ...place, compare: 'ai-infra/backend:v0.3.8' } });
    const layers = await screen.findByRole('table', { name: 'Layers of both' });
    expect(within(layers).getAllByText('in both')).toHaveLength(1);
  });
});

describe('every tab', () => {
  it('says that there is no engine, and what to do', async () => {
    const { version, host, docker, buildx, jobs, notices } = FACTS;
    const rest = { version, host, docker, buildx, jobs, notices };
    const engineError = { code: 'UNREACHABLE', message: 'nothing listens on /var/run/docker.sock' };
    renderApp({ handlers: { facts: () => ({ ...rest, engineError }) } });
    expect(await screen.findByText(/nothing listens on \/var\/run\/docker\.sock/)).toBeDefined();
    expect(screen.getByText('Docker Engine cannot be reached')).toBeDefined();
  });

  it('is there again after a reload', async () => {
    renderApp({ place: { tab: 'history' } });
    fireEvent.click(await screen.findByRole('tab', { name: 'Builders' }));
    expect(JSON.parse(localStorage.getItem('xbundle.place') ?? '')).toEqual({ tab: 'builders' });
  });
});
