import { expect, it } from 'vitest';
import { RULES, type CellReport, type FindingCode } from '@xbundle/core';
import { explained } from '../ui/src/text/zh/explained.ts';

/** The compiler says when one of core's is not here. */
const CAUSES: Readonly<Record<NonNullable<CellReport['failure']>['cause'], true>> = {
  'builder-feature': true,
  'base-lacks-platform': true,
  'emulation-missing': true,
  'emulator-crashed': true,
  'node-lost': true,
  'engine-unreachable': true,
  'no-builder': true,
  registry: true,
  network: true,
  unauthorized: true,
  'image-not-found': true,
  'file-not-found': true,
  dockerfile: true,
  'disk-full': true,
  'out-of-memory': true,
  canceled: true,
  command: true,
  'no-result': true,
  service: true,
  impossible: true,
  unknown: true,
};
const CHECKS: Readonly<Record<FindingCode, true>> = {
  'docker-cli': true,
  buildx: true,
  engine: true,
  'image-store': true,
  builder: true,
  'builder-node': true,
  'builder-limits': true,
  platform: true,
  'node-choice': true,
  binfmt: true,
  'engine-space': true,
  'output-space': true,
  login: true,
  'base-image': true,
};

it('explains to readers of Chinese every cause, every check and every rule that core knows, and no other', () => {
  expect(Object.keys(explained.causes).sort()).toEqual(Object.keys(CAUSES).sort());
  const checks = Object.keys(explained.checks).map((key) => key.split(' ')[0]);
  expect([...new Set(checks)].sort()).toEqual(Object.keys(CHECKS).sort());
  expect(Object.keys(explained.rules).sort()).toEqual(RULES.map(({ id }) => id).sort());
});
