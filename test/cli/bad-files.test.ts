import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectRefusal, makeMistakes, type Mistakes, type Refusal } from '../support/mistakes.ts';

let at: Mistakes;

beforeAll(async () => {
  at = await makeMistakes('bad-files');
});

afterAll(() => at.close());

const refusals: readonly Refusal[] = [
  {
    exitCode: 4,
    code: 'ARCHIVE_INVALID',
    rows: [
      ['a layout that is none', ({ app }) => ['export', app, '--from', 'oci:full', '-o', 'out.tar'], 'full'],
      [
        'an archive that is none',
        ({ app }) => ['export', app, '--from', 'docker-archive:text', '-o', 'out.tar'],
        'text',
      ],
      ['an empty archive', ({ app }) => ['export', app, '--from', 'oci:empty', '-o', 'out.tar'], 'empty'],
    ],
  },
  {
    exitCode: 7,
    code: 'FILE_SYSTEM',
    rows: [
      ['an output that is a directory', ({ app }) => ['export', app, '-o', 'directory'], 'directory'],
      ['an output below nothing', ({ app }) => ['export', app, '-o', 'none/out.tar'], 'none/out.tar'],
      [
        'an output to overwrite that is a directory',
        ({ app }) => ['export', app, '--from', 'registry', '-o', 'directory', '--overwrite'],
        'directory',
      ],
      ['a definition that is not there', () => ['export', '-f', 'none.yaml', '-o', 'out.tar'], 'none.yaml'],
      [
        'a definition that is a directory',
        ({ bundle }) => ['verify', bundle, '-f', 'directory'],
        'directory',
      ],
      ['a bundle that is not there', () => ['verify', 'none.tar'], 'none.tar'],
      ['a bundle to inspect that is not there', () => ['inspect', 'none.tar'], 'none.tar'],
      ['a directory to inspect', () => ['inspect', 'directory'], '--from oci:directory'],
      ['a bundle that is a directory', () => ['import', 'directory', '--to', 'oci:new'], 'directory'],
      [
        'a layout that is not there',
        ({ app }) => ['export', app, '--from', 'oci:none', '-o', 'out.tar'],
        'none',
      ],
      [
        'a certificate that is not there',
        ({ app }) => ['export', app, '--from', 'registry', '-o', 'out.tar', '--ca-file', 'none.pem'],
        'none.pem',
      ],
      [
        'a layout to import into that is a file',
        ({ bundle }) => ['import', bundle, '--to', 'oci:text'],
        'text',
      ],
      [
        'a receipt below nothing',
        ({ bundle }) => ['import', bundle, '--to', 'oci:new', '--receipt', 'none/receipt.json'],
        'none/receipt.json',
      ],
      [
        'a receipt that is a directory',
        ({ bundle }) => ['import', bundle, '--to', 'oci:new', '--receipt', 'directory'],
        'directory',
      ],
      [
        'logins that cannot be read',
        ({ secret }) => ['export', secret, '--from', 'registry', '-o', 'out.tar'],
        'logins',
        (folder) => ({ DOCKER_CONFIG: join(folder, 'text') }),
      ],
    ],
  },
  {
    exitCode: 8,
    code: 'EXISTS',
    rows: [
      ['an output that exists', ({ app }) => ['export', app, '-o', 'text'], '--overwrite'],
      [
        'a layout to import into that is something else',
        ({ bundle }) => ['import', bundle, '--to', 'oci:full'],
        'full',
      ],
    ],
  },
];

describe.concurrent.each(refusals)('with $exitCode and one message of $code', (refusal) => {
  it.each(refusal.rows.map((row) => ({ title: row[0], row })))('ends $title', async ({ row }) => {
    await expectRefusal(at, refusal, row);
  });
});
