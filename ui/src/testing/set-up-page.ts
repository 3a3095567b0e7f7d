import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

/** What a browser has and jsdom has not. */
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

afterEach(() => {
  cleanup();
  localStorage.clear();
});
