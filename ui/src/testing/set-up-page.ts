import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

/** What a browser has and jsdom has not. */
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

// Whether each element is to be seen is worked out by jsdom in seconds; the tests in a browser look at that.
// A second, the library's own, is short for a whole page on a machine that is busy.
configure({ defaultHidden: true, asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
