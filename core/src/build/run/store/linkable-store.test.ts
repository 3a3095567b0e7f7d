import { expect, it } from 'vitest';
import { linkableStore } from './linkable-store.ts';

it('names a store from the directory above where buildx would split its path', () => {
  expect(linkableStore('/state/a b/store')).toEqual({ path: '/state/a b/store' });
  expect(linkableStore('/state/a:b/store')).toEqual({ path: 'store', cwd: '/state/a:b' });
  expect(linkableStore('/state/me@home/store')).toEqual({ path: 'store', cwd: '/state/me@home' });
});
