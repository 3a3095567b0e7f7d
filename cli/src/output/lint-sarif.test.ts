import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lintDockerfile, parsePlatforms, RULES, type Finding } from '@xbundle/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lintSarif } from './lint-sarif.ts';

/** What is found in the bad examples of all rules; XB010 needs a registry. */
const FOUND: readonly Finding[] = RULES.flatMap(({ bad, example }) => {
  const platforms = parsePlatforms(example?.platforms ?? ['amd64', 'arm64']);
  return lintDockerfile(bad, { file: 'a b/ü%/Dockerfile', platforms }).findings;
});

const BUILDKIT: Finding = {
  rule: 'FromPlatformFlagConstDisallowed',
  severity: 'warning',
  message: 'm',
  file: 'C:\\app\\Dockerfile',
  range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
};

/** The schema of OASIS, as the SARIF SDK carries it. */
function readSchema(): z.ZodType {
  const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif');
  const file = readFileSync(new URL('schemas/sarif-2.1.0-rtm.5.json', `file://${path}`), 'utf8');
  // Zod takes references for whole URLs; that they resolve is asked below.
  const text = file.replaceAll('"format": "uri-reference"', '"minLength": 1');
  return z.fromJSONSchema({
    ...(JSON.parse(text) as object),
    $schema: 'http://json-schema.org/draft-07/schema#',
  });
}

/** What GitHub's code scanning wants besides ("SARIF support for code scanning"). */
const wanted = z.object({ text: z.string().min(1).max(1024) });
const ROOT = 'https://example.com/checkout/';
const github = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({
        driver: z.object({
          name: z.string(),
          rules: z.array(
            z.object({
              id: z.string().max(255),
              shortDescription: wanted,
              fullDescription: wanted,
              help: z.object({ text: z.string().min(1) }),
            }),
          ),
        }),
      }),
      results: z
        .array(
          z.object({
            ruleId: z.string(),
            message: z.object({ text: z.string().min(1) }),
            locations: z.tuple([
              z.object({
                physicalLocation: z.object({
                  artifactLocation: z.object({
                    uri: z.string().refine((uri) => new URL(uri, ROOT).href === ROOT + uri),
                  }),
                  region: z.object({ startLine: z.int().positive(), startColumn: z.int().positive() }),
                }),
              }),
            ]),
          }),
        )
        .max(25_000),
    }),
  ]),
});

describe('lintSarif', () => {
  const documents: readonly (readonly [string, unknown])[] = [
    ['every rule', lintSarif(FOUND, '1.2.3')],
    ["BuildKit's checks", lintSarif([BUILDKIT], '1.2.3')],
    ['nothing', lintSarif([], '1.2.3')],
  ];

  it.each(documents)('keeps to the schema of SARIF 2.1.0 for %s', (_, document) => {
    expect(readSchema().safeParse(document).error?.issues).toBeUndefined();
  });

  it.each(documents)('has what GitHub asks for: %s', (_, document) => {
    expect(github.safeParse(document).error?.issues).toBeUndefined();
  });

  it('refers to every rule by its place', () => {
    const read = github.parse(lintSarif(FOUND, '1'));
    const ids = read.runs[0].tool.driver.rules.map(({ id }) => id);
    expect(new Set(read.runs[0].results.map(({ ruleId }) => ruleId))).toEqual(new Set(ids));
    expect(ids.length).toBeGreaterThanOrEqual(RULES.length - 1);
  });
});

describe('a result', () => {
  it('names the rule, the place and the replacement', () => {
    expect(
      lintSarif(
        lintDockerfile('FROM alpine\nARG TARGETARCH=amd64\nRUN echo $TARGETARCH > /a\n', {
          file: 'my app/Dockerfile',
        }).findings,
        '1.2.3',
      ),
    ).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'xbundle lint', version: '1.2.3', rules: [{ id: 'XB001' }] } },
          results: [
            {
              ruleId: 'XB001',
              ruleIndex: 0,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'my%20app/Dockerfile' },
                    region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 21 },
                  },
                },
              ],
              fixes: [
                {
                  artifactChanges: [
                    {
                      replacements: [
                        { deletedRegion: { startColumn: 15, endColumn: 21 }, insertedContent: { text: '' } },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
