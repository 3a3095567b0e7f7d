import { expect, it } from 'vitest';
import { formatPlatform, parsePlatform } from '../../model/index.ts';
import { parseDockerfile } from '../definition/parse-dockerfile.ts';
import type { BuildTarget } from '../target.ts';
import { executedSteps } from './executed-steps.ts';

type Own = Partial<Pick<BuildTarget, 'stage' | 'args' | 'contexts'>>;

/** `LINE PLATFORM` of each stage that runs something, for linux/arm64 built on linux/amd64. */
function stepsOf(text: string, own: Own = {}): readonly string[] | undefined {
  const facts = parseDockerfile(text);
  if (facts === undefined) return undefined;
  const target = { args: {}, contexts: {}, ...own };
  const [platform, buildPlatform] = [parsePlatform('arm64'), parsePlatform('amd64')];
  const steps = executedSteps(facts, { target, platform, buildPlatform });
  return steps?.map((step) => `${step.line} ${formatPlatform(step.platform)}`);
}

const cross = `FROM --platform=$BUILDPLATFORM golang AS build
ARG TARGETARCH
RUN GOARCH=$TARGETARCH go build
RUN more
FROM scratch
COPY --from=build /app /app`;

it.each<readonly [string, string, Own, readonly string[]]>([
  ['a RUN', 'FROM a\nRUN b', {}, ['2 linux/arm64']],
  ['no RUN', 'FROM a\nCOPY . .', {}, []],
  ['a cross-compiling Dockerfile', cross, {}, ['3 linux/amd64']],
  ['the build stage of it', cross, { stage: 'BUILD' }, ['3 linux/amd64']],
  ['a stage by its number', cross, { stage: '1' }, ['3 linux/amd64']],
  ['a RUN in the last stage of it', `${cross}\nRUN x`, {}, ['7 linux/arm64', '3 linux/amd64']],
  ['a stage that nothing is taken from', 'FROM a AS one\nRUN b\nFROM c\nCOPY . .', {}, []],
  [
    'a mount from a stage',
    'FROM a AS one\nRUN b\nFROM c\nRUN --mount=type=bind,from=one,target=/x d',
    {},
    ['4 linux/arm64', '2 linux/arm64'],
  ],
  ['a stage on another', 'FROM --platform=$BUILDPLATFORM a AS one\nFROM one\nRUN b', {}, ['3 linux/amd64']],
  [
    'a stage on another, on its own platform',
    'FROM --platform=$BUILDPLATFORM a AS one\nFROM --platform=$TARGETPLATFORM one\nRUN b',
    {},
    ['3 linux/arm64'],
  ],
  ['a platform written out', 'FROM --platform=linux/s390x a\nRUN b', {}, ['2 linux/s390x']],
  [
    'a default that hides the automatic value',
    'ARG BUILDPLATFORM=linux/arm64\nFROM --platform=$BUILDPLATFORM a\nRUN b',
    {},
    ['3 linux/arm64'],
  ],
  [
    'a declaration that hides nothing',
    'ARG BUILDPLATFORM\nFROM --platform=$BUILDPLATFORM a\nRUN b',
    {},
    ['3 linux/amd64'],
  ],
  [
    'an argument that hides both',
    'ARG BUILDPLATFORM=linux/arm64\nFROM --platform=$BUILDPLATFORM a\nRUN b',
    { args: { BUILDPLATFORM: 'linux/386' } },
    ['3 linux/386'],
  ],
  [
    'a constant behind an argument',
    'ARG P=linux/${A:-amd64}\nFROM --platform=$P a\nRUN b',
    {},
    ['3 linux/amd64'],
  ],
  [
    'a stage chosen by the platform',
    'FROM a AS build-amd64\nRUN b\nFROM a AS build-arm64\nCOPY . .\nFROM build-${TARGETARCH}',
    {},
    [],
  ],
  [
    'the other stage chosen by the platform',
    'FROM a AS build-arm64\nRUN b\nFROM build-$TARGETARCH$TARGETVARIANT',
    {},
    ['2 linux/arm64'],
  ],
  [
    'a stage that a named context replaces',
    'FROM a AS one\nRUN b\nFROM one',
    { contexts: { one: { kind: 'value', value: '/x' } } },
    [],
  ],
  [
    'a later stage of the same name',
    'FROM one\nRUN b\nFROM a AS one\nRUN c',
    { stage: '0' },
    ['2 linux/arm64'],
  ],
  ['words in a heredoc', 'FROM a\nCOPY <<EOF /x\nRUN b\nFROM c\nEOF\n', {}, []],
  ['a RUN of a heredoc', 'FROM a\nRUN <<EOF\nFROM c\nEOF\n', {}, ['2 linux/arm64']],
  ['a platform that is none', 'FROM --platform=nonsense a\nRUN b', {}, ['2 linux/arm64']],
  ["a frontend of Dockerfile's own", '# syntax=docker/dockerfile:1\nFROM a\nRUN b', {}, ['3 linux/arm64']],
])('finds where %s runs', (title, ...[text, own, expected]) => {
  expect(stepsOf(text, own), title).toEqual(expected);
});

it.each([
  ['another frontend', '# syntax=example.com/buildpacks\nFROM a', {}],
  ['a stage that is not there', 'FROM a', { stage: 'x' }],
  ['a file without stages', '# nothing', {}],
])('knows nothing of %s', (title, text, own) => {
  expect(stepsOf(text, own), title).toBeUndefined();
});
