import { expect, it } from 'vitest';
import { parseDockerfile } from '../../build/definition/parse-dockerfile.ts';
import { formatPlatform, parsePlatform } from '../../model/index.ts';
import type { StageQuestion } from '../../build/index.ts';
import { dockerfileBases } from './dockerfile-bases.ts';

const rows: readonly (readonly [
  title: string,
  dockerfile: string,
  question: Partial<StageQuestion>,
  bases: readonly string[],
])[] = [
  ['one stage', 'FROM alpine:3', {}, ['alpine:3 linux/arm64 1']],
  ['nothing for scratch', 'FROM scratch\nCOPY a /a', {}, []],
  [
    'the build platform of a compiling stage',
    'FROM --platform=$BUILDPLATFORM golang:1 AS build\nRUN go build\nFROM alpine:3\nCOPY --from=build /a /a',
    {},
    ['golang:1 linux/amd64 1', 'alpine:3 linux/arm64 3'],
  ],
  [
    'nothing of a build platform that is not known',
    'FROM --platform=$BUILDPLATFORM golang:1',
    { buildPlatform: undefined },
    [],
  ],
  [
    'the platform of the stage it starts from',
    'FROM --platform=linux/s390x a:1 AS base\nFROM base AS next\nCOPY --from=tool:1 /t /t',
    {},
    ['a:1 linux/s390x 1', 'tool:1 linux/s390x 2'],
  ],
  [
    'no stage that is not needed',
    'FROM a:1 AS unused\nFROM b:1 AS used\nFROM used',
    {},
    ['b:1 linux/arm64 2'],
  ],
  ['the stage that is wanted', 'FROM a:1 AS One\nFROM b:1 AS two', { stage: 'one' }, ['a:1 linux/arm64 1']],
  ['a stage by its number', 'FROM a:1\nFROM scratch\nCOPY --from=0 /a /a', {}, ['a:1 linux/arm64 1']],
  ['nothing for a stage that there is not', 'FROM a:1', { stage: 'none' }, []],
  [
    'defaults of arguments, one from another',
    'ARG V=3.20\nARG BASE=alpine:${V}\nFROM ${BASE}',
    {},
    ['alpine:3.20 linux/arm64 3'],
  ],
  [
    'arguments that are given',
    'ARG BASE=alpine:3\nFROM ${BASE:-x}',
    { args: { BASE: 'debian:12' } },
    ['debian:12 linux/arm64 2'],
  ],
  ['an architecture in the name', 'FROM base-${TARGETARCH}:1', {}, ['base-arm64:1 linux/arm64 1']],
  ['no name where an argument has no value', 'ARG BASE\nFROM $BASE', {}, [' linux/arm64 2']],
  ['no name where the platform is none', 'FROM --platform=mars a:1', {}, [' linux/arm64 1']],
  [
    'images that are copied from and mounted',
    'FROM a:1\nCOPY --from=b:1 /x /x\nRUN --mount=type=bind,from=c:1,target=/c true',
    {},
    ['a:1 linux/arm64 1', 'b:1 linux/arm64 1', 'c:1 linux/arm64 1'],
  ],
  [
    'nothing for named contexts, in any case',
    'FROM Base AS x\nFROM y AS z\nCOPY --from=shared /x /x',
    { contexts: ['base', 'shared', 'y'] },
    [],
  ],
  [
    'nothing of a stage that a named context replaces',
    'FROM a:1 AS tools\nFROM scratch\nCOPY --from=tools /x /x',
    { contexts: ['tools'] },
    [],
  ],
];

it.each(rows)('finds %s', (...[, text, question, bases]) => {
  const dockerfile = parseDockerfile(text);
  const found =
    dockerfile === undefined
      ? []
      : dockerfileBases(dockerfile, {
          args: {},
          contexts: [],
          platform: parsePlatform('arm64'),
          buildPlatform: parsePlatform('amd64'),
          ...question,
        });
  expect(found.map(({ image, platform, line }) => `${image} ${formatPlatform(platform)} ${line}`)).toEqual(
    bases,
  );
});
