/** What the linter predicts of platform variables, held against a real BuildKit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateDockerfile, parsePlatform } from '@xbundle/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../support/engine-suite.ts';
import { platformBuilds, PROBE, PROBED } from '../support/platform-build.ts';

interface ValueRow {
  /** Of the table of measured facts. */
  readonly row: number;
  readonly fact: string;
  readonly globals?: string;
  readonly stage: string;
  /** The variable whose value is asked for. */
  readonly name?: string;
  readonly platform?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly value: string;
}

const VALUES: readonly ValueRow[] = [
  { row: 1, fact: 'a default wins', stage: 'ARG TARGETARCH=amd64\n', value: 'amd64' },
  {
    row: 2,
    fact: 'a global default wins',
    globals: 'ARG TARGETARCH=amd64\n',
    stage: 'ARG TARGETARCH\n',
    value: 'amd64',
  },
  {
    row: 3,
    fact: 'a bare global ARG does nothing',
    globals: 'ARG TARGETARCH\n',
    stage: 'ARG TARGETARCH\n',
    value: 'arm64',
  },
  { row: 4, fact: 'an empty default is one', stage: 'ARG TARGETARCH=\n', value: '' },
  {
    row: 5,
    fact: 'a default does not see the automatic value',
    stage: 'ARG TARGETARCH=${TARGETARCH:-amd64}\n',
    value: 'amd64',
  },
  {
    row: 6,
    fact: 'after a bare ARG it does, and edits it',
    stage: 'ARG TARGETARCH\nARG TARGETARCH=${TARGETARCH/amd64/x64}\n',
    platform: 'linux/amd64',
    value: 'x64',
  },
  {
    row: 6,
    fact: 'and leaves others',
    stage: 'ARG TARGETARCH\nARG TARGETARCH=${TARGETARCH/amd64/x64}\n',
    value: 'arm64',
  },
  {
    row: 7,
    fact: 'without it the result is empty',
    stage: 'ARG TARGETARCH=${TARGETARCH/amd64/x64}\n',
    value: '',
  },
  {
    row: 8,
    fact: 'a default after a bare ARG',
    stage: 'ARG TARGETARCH\nARG TARGETARCH=amd64\n',
    value: 'amd64',
  },
  { row: 9, fact: 'an ARG after ENV wins', stage: 'ENV TARGETARCH=amd64\nARG TARGETARCH\n', value: 'arm64' },
  { row: 10, fact: 'no ARG', stage: '', value: '' },
  { row: 11, fact: 'an ARG is seen after it', stage: 'ARG TARGETARCH\n', value: 'arm64' },
  { row: 12, fact: 'ENV without an ARG', stage: 'ENV V=x-$TARGETARCH\n', name: 'V', value: 'x-' },
  {
    row: 12,
    fact: 'ENV with one',
    stage: 'ARG TARGETARCH\nENV V=x-$TARGETARCH\n',
    name: 'V',
    value: 'x-arm64',
  },
  {
    row: 13,
    fact: 'a fallback without an ARG',
    stage: 'ENV V=x-${TARGETARCH:-amd64}\n',
    name: 'V',
    value: 'x-amd64',
  },
  {
    row: 14,
    fact: 'a child has what its parent declared',
    stage: 'ARG TARGETARCH\nFROM probe AS child\nFROM child AS probe\n',
    value: 'arm64',
  },
  { row: 28, fact: 'aarch64 is arm64', stage: 'ARG TARGETARCH\n', platform: 'linux/aarch64', value: 'arm64' },
  {
    row: 28,
    fact: 'x86_64 is amd64',
    stage: 'ARG TARGETPLATFORM\n',
    name: 'TARGETPLATFORM',
    platform: 'linux/x86_64',
    value: 'linux/amd64',
  },
  {
    row: 28,
    fact: 'arm64 has no variant',
    stage: 'ARG TARGETVARIANT\n',
    name: 'TARGETVARIANT',
    platform: 'linux/arm64/v8',
    value: '',
  },
  { row: 28, fact: 'i386 is 386', stage: 'ARG TARGETARCH\n', platform: 'linux/i386', value: '386' },
  {
    row: 28,
    fact: 'armhf is arm/v7',
    stage: 'ARG TARGETPLATFORM\n',
    name: 'TARGETPLATFORM',
    platform: 'linux/armhf',
    value: 'linux/arm/v7',
  },
  {
    row: 28,
    fact: 'armel is arm/v6',
    stage: 'ARG TARGETPLATFORM\n',
    name: 'TARGETPLATFORM',
    platform: 'linux/armel',
    value: 'linux/arm/v6',
  },
  {
    row: 28,
    fact: 'amd64/v3 keeps its variant',
    stage: 'ARG TARGETVARIANT\n',
    name: 'TARGETVARIANT',
    platform: 'linux/amd64/v3',
    value: 'v3',
  },
  {
    row: 29,
    fact: 'arm is arm/v7',
    stage: 'ARG TARGETVARIANT\n',
    name: 'TARGETVARIANT',
    platform: 'linux/arm',
    value: 'v7',
  },
  {
    row: 30,
    fact: 'a build argument wins',
    stage: 'ARG TARGETARCH\n',
    args: { TARGETARCH: 'amd64' },
    value: 'amd64',
  },
  {
    row: 30,
    fact: 'over a default too',
    stage: 'ARG TARGETARCH=s390x\n',
    args: { TARGETARCH: 'amd64' },
    value: 'amd64',
  },
  {
    row: 30,
    fact: 'a GOARM from the variant',
    stage: 'ARG TARGETVARIANT\nENV V=${TARGETVARIANT#v}\n',
    name: 'V',
    platform: 'linux/arm/v6',
    value: '6',
  },
  { row: 30, fact: 'several names in one ARG', stage: 'ARG A=1 B=${A}2\n', name: 'B', value: '12' },
  {
    row: 30,
    fact: 'several names in one ENV see what was before',
    stage: 'ENV A=1\nENV A=2 V=$A\n',
    name: 'V',
    value: '1',
  },
  {
    row: 30,
    fact: 'a global ARG from a global ARG',
    globals: 'ARG A=1\nARG B=x$A\n',
    stage: 'ARG B\n',
    name: 'B',
    value: 'x1',
  },
  {
    row: 30,
    fact: 'a global default from the automatic value',
    globals: 'ARG P=$TARGETARCH\n',
    stage: 'ARG P\n',
    name: 'P',
    value: 'arm64',
  },
  {
    row: 30,
    fact: 'an escaped slash in a replacement',
    globals: 'ARG P=${TARGETPLATFORM/\\//-}\n',
    stage: 'ARG P\n',
    name: 'P',
    platform: 'linux/arm/v7',
    value: 'linux-arm/v7',
  },
  {
    row: 30,
    fact: 'every slash',
    globals: 'ARG P=${TARGETPLATFORM//\\//-}\n',
    stage: 'ARG P\n',
    name: 'P',
    platform: 'linux/arm/v7',
    value: 'linux-arm-v7',
  },
  {
    row: 30,
    fact: 'the longest prefix',
    stage: 'ARG TARGETPLATFORM\nENV V=${TARGETPLATFORM##*/}\n',
    name: 'V',
    value: 'arm64',
  },
  {
    row: 30,
    fact: 'the shortest suffix',
    stage: 'ARG TARGETPLATFORM\nENV V=${TARGETPLATFORM%/*}\n',
    name: 'V',
    platform: 'linux/arm/v7',
    value: 'linux/arm',
  },
];

function probe(name: string): string {
  return `RUN /bin/busybox mkdir -p /out && echo "[$${name}]" > /out/value\n`;
}

describeWithEngines('what BuildKit makes of platform variables', (engines) => {
  let scratch: string;
  const build = platformBuilds(engines, () => scratch);

  beforeAll(async () => {
    scratch = await mkdtemp(join(engines.directory, 'lint-'));
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(VALUES)(
    'row $row: $fact',
    async ({ globals = '', stage, name = 'TARGETARCH', platform = 'linux/arm64', args = {}, value }) => {
      const text = globals + PROBE + stage + probe(name) + PROBED;
      const built = await build({ text, platform, args });
      expect(built).toMatchObject({ exitCode: 0 });
      expect(await built.read('value')).toBe(`[${value}]`);
      const [target, machine] = [parsePlatform(platform), parsePlatform('linux/amd64')];
      const seen = evaluateDockerfile(text, { target, build: machine, buildArgs: args });
      expect(seen.findLast(({ keyword }) => keyword === 'RUN')?.values[name] ?? '').toBe(value);
    },
  );
});
