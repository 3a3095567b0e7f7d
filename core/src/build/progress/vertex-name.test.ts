import { expect, it } from 'vitest';
import { parseVertexName } from './vertex-name.ts';

it.each([
  ['[internal] load .dockerignore', { text: 'load .dockerignore', isInternal: true }],
  ['[auth] library/alpine:pull token', { text: 'library/alpine:pull token', isInternal: true }],
  ['exporting to image', { text: 'exporting to image', isInternal: true }],
  ['[web] exporting to image', { text: 'exporting to image', target: 'web', isInternal: true }],
  ['[web internal] load x', { text: 'load x', target: 'web', isInternal: true }],
  ['[2/3] RUN true', { text: 'RUN true', step: { number: 2, of: 3 }, isInternal: false }],
  [
    '[stage-1 2/2] COPY a b',
    { text: 'COPY a b', stage: 'stage-1', step: { number: 2, of: 2 }, isInternal: false },
  ],
  [
    '[linux/arm/v7 1/2] FROM scratch',
    { text: 'FROM scratch', platform: 'linux/arm/v7', step: { number: 1, of: 2 }, isInternal: false },
  ],
  [
    '[linux/amd64->arm64 build 2/2] RUN go build',
    {
      text: 'RUN go build',
      platform: 'linux/arm64',
      runsOn: 'linux/amd64',
      stage: 'build',
      step: { number: 2, of: 2 },
      isInternal: false,
    },
  ],
  [
    '[web linux/arm64 base 1/2] RUN [a] b',
    {
      text: 'RUN [a] b',
      target: 'web',
      platform: 'linux/arm64',
      stage: 'base',
      step: { number: 1, of: 2 },
      isInternal: false,
    },
  ],
])('%s is taken apart', (name, want) => {
  expect(parseVertexName(name, new Set(['web']))).toEqual(want);
});
