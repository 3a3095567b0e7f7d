import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

function parsed(header: string): unknown {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

it.each<[header: string, challenges: unknown]>([
  ['Basic realm="x"', [['basic', { realm: 'x' }]]],
  ['BEARER Realm="https://a/t",Service="s"', [['bearer', { realm: 'https://a/t', service: 's' }]]],
  [
    'Bearer realm="https://a/t", scope="repository:a/b:pull,push repository:c:pull"',
    [['bearer', { realm: 'https://a/t', scope: 'repository:a/b:pull,push repository:c:pull' }]],
  ],
  ['Basic realm="a \\"b\\" c, d=e"', [['basic', { realm: 'a "b" c, d=e' }]]],
  [
    'Negotiate, Basic realm="x", Bearer realm="y"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y' }],
    ],
  ],
  [
    'Negotiate YII+a/b==, Basic realm=x',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['Bearer realm = "x" , error = token', [['bearer', { realm: 'x', error: 'token' }]]],
  ['Bearer realm="x",realm="y"', [['bearer', { realm: 'x' }]]],
  [', ,Basic', [['basic', {}]]],
  ['Bearer realm="no end', [['bearer', {}]]],
  ['', []],
  ['"', []],
])('parses %s', (header, challenges) => {
  expect(parsed(header)).toEqual(challenges);
});

it('never throws and always ends', () => {
  const pieces = fc.constantFrom('Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'realm', 'x', '\t', 'é');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join('')),
      ),
      (header) => {
        parseChallenges(header);
      },
    ),
  );
});

it('gives back what was written', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const parameters = fc.dictionary(token, fc.string(), { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(token, parameters), { minLength: 1 }), (challenges) => {
      const header = challenges
        .map(([scheme, values]) => `${scheme} ${Object.entries(values).map(quoted).join(', ')}`)
        .join(', ');
      expect(parsed(header)).toEqual(challenges);
    }),
  );
});

function quoted([name, value]: readonly [string, string]): string {
  return `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
}
