import { expect, it } from 'vitest';
import { SENTENCES, type BuildCellState, type CellReport as BundleCell } from '@xbundle/backend/contract';
import {
  CAUSE_RULES,
  EXIT_CODES,
  RULES,
  valuesIn,
  type CellReport,
  type FindingCode,
  type ProblemCode,
} from '@xbundle/core';
import { errors as english } from '../ui/src/text/en/errors.ts';
import { errors as chinese } from '../ui/src/text/zh/errors.ts';
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
/** The severities in which a check is told of; whether it says what does not work because of it, and what helps. */
const CHECKS: Readonly<Record<FindingCode, readonly string[]>> = {
  'docker-cli': ['error breaks help'],
  buildx: ['error breaks help'],
  engine: ['error breaks help', 'warning breaks help'],
  'image-store': ['warning breaks help'],
  builder: ['error breaks help'],
  'builder-node': ['error breaks help', 'warning breaks help'],
  'builder-limits': ['warning breaks help'],
  platform: ['error breaks help', 'warning help'],
  'node-choice': ['warning breaks help'],
  binfmt: ['error breaks help'],
  'engine-space': ['error breaks help', 'warning breaks help'],
  'output-space': ['error breaks help', 'warning breaks help'],
  login: ['error breaks help', 'warning breaks help'],
  'base-image': ['error breaks help', 'warning breaks'],
};
type Absent =
  | Exclude<BuildCellState, 'queued' | 'building' | 'cached' | 'done'>
  | Exclude<BundleCell['state'], 'present'>;
const REASONS: Readonly<Record<Absent, true>> = {
  failed: true,
  blocked: true,
  cancelled: true,
  impossible: true,
  missing: true,
  wrong: true,
};
const PROBLEMS: Readonly<Record<ProblemCode, true>> = {
  NO_BUNDLE: true,
  SIZE: true,
  STRUCTURE: true,
  DIGEST: true,
  DOCUMENT: true,
  ORDER: true,
  BLOB_MISSING: true,
  BLOB_UNLISTED: true,
  CELL_MISSING: true,
  CELL_WRONG: true,
};

it.each<readonly [string, object, readonly string[]]>([
  ['cause', explained.causes, Object.keys(CAUSES)],
  ['reason', explained.reasons, Object.keys(REASONS)],
  ['error', explained.errors, Object.keys(EXIT_CODES)],
  ['problem', explained.problems, Object.keys(PROBLEMS)],
  ['rule', explained.rules, RULES.map(({ id }) => id)],
  ['sentence', explained.sentences, Object.keys(SENTENCES)],
])('explains to readers of Chinese every %s that core knows, and no other', (_, words, known) => {
  expect(Object.keys(words).sort()).toEqual([...known].sort());
});

it('explains to them every check, what it breaks and what helps', () => {
  const told = Object.entries(explained.checks).map(([key, { breaks, help }]) =>
    [key, breaks && 'breaks', help && 'help'].filter((each) => each !== undefined).join(' '),
  );
  const known = Object.entries(CHECKS).flatMap(([code, kinds]) => kinds.map((kind) => `${code} ${kind}`));
  expect(told.sort()).toEqual(known.sort());
});

it('tells them what helps for every cause of which core does, and for no other', () => {
  const told = Object.entries(explained.causes).filter(([, { help }]) => help !== undefined);
  const known = CAUSE_RULES.filter(({ suggest }) => suggest !== undefined);
  expect(new Set(told.map(([cause]) => cause))).toEqual(new Set(known.map(({ cause }) => cause)));
});

it.each(Object.entries(SENTENCES))(
  'has the values of “%s” in their sentence, each once',
  (code, sentence) => {
    const own = valuesIn(explained.sentences[code] ?? '');
    expect([...own].sort()).toEqual([...valuesIn(sentence)].sort());
  },
);

it.each([
  ['English', english],
  ['Chinese', chinese],
])('says in %s what each code of a failure means', (_, words) => {
  expect(Object.keys(words).sort()).toEqual(Object.keys(EXIT_CODES).sort());
});
