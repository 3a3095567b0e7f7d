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
configure({ defaultHidden: true });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
