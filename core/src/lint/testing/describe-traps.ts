import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../../model/index.ts';
import { lintDockerfile } from '../index.ts';

/** A Dockerfile that a rule could be wrong about. */
export interface Trap {
  readonly title: string;
  readonly text: string;
  /** `XB001:error` for each finding that must be there of the rule the row is about; none when absent. */
  readonly want?: readonly string[];
  /** What is asked for; nothing when absent. */
  readonly platforms?: string;
}

/** A Go stage on the build machine, for `SHIP_APP` to copy from. */
export const GO_STAGE = 'FROM --platform=$BUILDPLATFORM golang:1.24 AS build\n';
export const SHIP_APP = 'FROM scratch\nCOPY --from=build /app /app\n';

/** A suite for each rule, a test for each trap. */
export function describeTraps(traps: Readonly<Record<string, readonly Trap[]>>): void {
  describe.each(Object.entries(traps))('%s', (rule, rows) => {
    it.each(rows)('$title', ({ text, want = [], platforms }) => {
      expect(findings(text, platforms).filter((found) => found.startsWith(rule))).toEqual(want);
    });
  });
}

function findings(text: string, platforms?: string): readonly string[] {
  const options = platforms === undefined ? {} : { platforms: parsePlatforms([platforms]) };
  return lintDockerfile(text, options).findings.map(({ rule, severity }) => `${rule}:${severity}`);
}
