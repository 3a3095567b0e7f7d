import { describe, expect, it } from 'vitest';
import { formatPlatform, familiarReference, parsePlatforms, parseReference } from '../model/index.ts';
import type { Definition } from './definition.ts';
import { mergeContract, type ContractFlags } from './merge-contract.ts';

const amd64 = parsePlatforms(['amd64']);
const arm64 = parsePlatforms(['arm64']);
const own = { name: parseReference('own:1'), platforms: parsePlatforms(['s390x']) };
const plain = { name: parseReference('plain:1') };

describe('mergeContract', () => {
  it.each<[string, Definition | undefined, ContractFlags, readonly string[]]>([
    ['nothing', undefined, {}, []],
    ['images of the flags alone', undefined, { images: [plain.name] }, ['plain:1 all']],
    [
      'flags alone',
      undefined,
      { images: [plain.name, plain.name], platforms: arm64 },
      ['plain:1 linux/arm64'],
    ],
    ['a definition alone', { images: [own, plain] }, {}, ['own:1 linux/s390x', 'plain:1 all']],
    [
      'common platforms',
      { images: [own, plain], platforms: amd64 },
      {},
      ['own:1 linux/s390x', 'plain:1 linux/amd64'],
    ],
    [
      'platforms of the flags over common ones',
      { images: [own, plain], platforms: amd64 },
      { platforms: arm64 },
      ['own:1 linux/s390x', 'plain:1 linux/arm64'],
    ],
    [
      'an empty flag as none',
      { images: [plain], platforms: amd64 },
      { platforms: [] },
      ['plain:1 linux/amd64'],
    ],
    [
      'common platforms for images of the flags',
      { images: [own], platforms: amd64 },
      { images: [plain.name] },
      ['own:1 linux/s390x', 'plain:1 linux/amd64'],
    ],
    [
      'an image of both once, as the definition has it',
      { images: [own] },
      { images: [own.name], platforms: arm64 },
      ['own:1 linux/s390x'],
    ],
  ])('takes %s', (title, ...[definition, flags, expected]) => {
    const found = mergeContract(definition, flags).map(
      ({ name, platforms }) =>
        `${familiarReference(name)} ${platforms?.map(formatPlatform).join(',') ?? 'all'}`,
    );
    expect(found, title).toEqual(expected);
  });
});
