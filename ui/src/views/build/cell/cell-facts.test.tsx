import { fireEvent, render, screen } from '@testing-library/react';
import type { BuildCellState, Job } from '@xbundle/backend/contract';
import { describe, expect, it, vi } from 'vitest';
import { createBackendClient } from '../../../client/create-client.ts';
import { HostProvider } from '../../../host/host-context.tsx';
import { createFixtureTransport } from '../../../testing/fixture-transport.ts';
import { buildAt } from '../../../testing/sample-build.ts';
import { CellFacts } from './cell-facts.tsx';

const running = buildAt({ id: 'b', startedAt: 0, now: 2_000 });

/** The line about the first cell, in a state and of a job that the test says. */
function showCell(state: BuildCellState, job: Partial<Job> = {}) {
  const [cell] = running.cells;
  if (cell === undefined) throw new Error('the sample has no cell');
  const cancelCell = vi.fn(() => ({}));
  const client = createBackendClient(createFixtureTransport({ cancelCell }));
  render(
    <HostProvider host={{ client, themes: undefined, openExternal: () => undefined }}>
      <CellFacts job={{ ...running, ...job }} cell={{ ...cell, state }} now={2_000} />
    </HostProvider>,
  );
  return { cancelCell, cell };
}

describe('the line about a cell', () => {
  it.each(['queued', 'building'] as const)('offers to stop it while it is %s', async (state) => {
    const { cancelCell, cell } = showCell(state);
    fireEvent.click(screen.getByText('Stop this cell'));
    expect(await screen.findByText('Stopping…')).toBeDefined();
    expect(cancelCell).toHaveBeenCalledWith({ id: 'b', cell: cell.id });
  });

  it.each<[string, BuildCellState, Partial<Job>]>([
    ['has ended', 'done', {}],
    ['belongs to a build that has ended', 'queued', { state: 'cancelled' }],
    ['is built by the tab itself', 'building', { runner: 'tab' }],
  ])('does not where it %s', (_, state, job) => {
    showCell(state, job);
    expect(screen.queryByText('Stop this cell')).toBeNull();
  });
});
