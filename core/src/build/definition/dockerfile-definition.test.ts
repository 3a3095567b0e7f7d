import { expect, it } from 'vitest';
import { dockerfileDefinition, type DockerfileRequest } from './dockerfile-definition.ts';

it.each<readonly [string, DockerfileRequest, Readonly<Record<string, unknown>>]>([
  [
    'a directory',
    { context: 'app', tags: 'r.example:5000/x/web:v1' },
    { name: 'web', context: '/w/app', dockerfile: '/w/app/Dockerfile' },
  ],
  [
    'a Dockerfile elsewhere',
    { context: '.', file: 'docker/D', tags: ['a', 'b'] },
    { name: 'a', context: '/w', dockerfile: '/w/docker/D' },
  ],
  ['no name', { context: '/x/My App' }, { name: 'My-App', tags: [] }],
  ['a root', { context: '/' }, { name: 'image' }],
  [
    'a leading dash',
    { context: './-x', file: '-y/D' },
    { name: 'x', context: '/w/-x', dockerfile: '/w/-y/D' },
  ],
  [
    'an URL',
    { context: 'https://example.com/a.git', file: 'b/D' },
    { context: 'https://example.com/a.git', dockerfile: 'b/D' },
  ],
  ['arguments', { context: '.', args: { A: 'b' }, target: 's' }, { args: { A: 'b' }, stage: 's' }],
])('reads %s', (title, request, expected) => {
  const { targets, selected } = dockerfileDefinition(request, '/w');
  expect(targets[0], title).toMatchObject(expected);
  expect(selected).toEqual([targets[0]?.name]);
});

it.each<DockerfileRequest>([{ context: '-' }, { context: '.', file: '-' }])('refuses %j', (request) => {
  expect(() => dockerfileDefinition(request, '/w')).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
