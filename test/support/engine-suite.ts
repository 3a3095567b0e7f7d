import { describe, inject, it } from 'vitest';
import { isUnavailable, type Engines } from '../engine/index.ts';

/** A suite that needs the real engines; without them it is skipped and says why. */
export function describeWithEngines(title: string, suite: (engines: Engines) => void): void {
  const provided = inject('engines');
  if (!isUnavailable(provided)) {
    describe(title, () => {
      suite(provided);
    });
    return;
  }
  describe(title, () => {
    it.skip(`needs engines: ${provided.reason}`);
  });
}

/** A repository name that no other run used: engines and registry may stay up between runs. */
export function uniqueRepository(suite: string): string {
  return `${suite}-${Date.now().toString(36)}`;
}
