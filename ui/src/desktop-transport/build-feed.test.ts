import { FEED_CHARACTERS, type RequestOf } from '@xbundle/backend/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BackendError } from '../client/backend-error.ts';
import { createBackendClient } from '../client/create-client.ts';
import { createFixtureTransport } from '../testing/fixture-transport.ts';
import { createBuildFeed } from './build-feed.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A feed, and what the backend was told; it does not answer the first so many times. */
function feedTo(unreachable = 0) {
  const told: RequestOf<'feedJob'>[] = [];
  let calls = 0;
  const feedJob = (request: RequestOf<'feedJob'>) => {
    calls += 1;
    if (calls <= unreachable) throw new BackendError('UNREACHABLE', 'it is being started anew');
    told.push(request);
    return {};
  };
  return { feed: createBuildFeed(createBackendClient(createFixtureTransport({ feedJob })), 'j1'), told };
}

const linesOf = (told: readonly RequestOf<'feedJob'>[]): readonly string[] =>
  told.flatMap(({ lines = [] }) => lines);

it('tells long lines whole, as many at once as a request may have', async () => {
  const { feed, told } = feedTo();
  const component = feed.component('web');
  const lines = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(FEED_CHARACTERS / 2 - 1));
  for (const line of lines) component.add(line);
  await component.end(0);
  await feed.end();
  expect(linesOf(told)).toEqual(lines);
  const sizes = told.map((request) => linesOf([request]).join('').length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(FEED_CHARACTERS);
});

it('tells what was said while the backend was away, and how it ended, once it is back', async () => {
  const { feed, told } = feedTo(3);
  const component = feed.component('web');
  component.add('one');
  const ended = component.end(0).then(() => feed.end());
  await vi.advanceTimersByTimeAsync(20_000);
  await ended;
  expect(linesOf(told)).toEqual(['one']);
  expect(told.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  expect(told.at(-1)).toMatchObject({ ended: true });
});
