import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { chooseLanguage } from './language.ts';
import { zh } from './zh.ts';

/** Every text by its path; a function by what it gives for samples. */
function flatten(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, 'function']];
  return Object.entries(value as object).flatMap(([key, child]) => flatten(child, `${path}.${key}`));
}

describe('the texts', () => {
  it('are the same in every language, none of them empty', () => {
    const [english, chinese] = [flatten({ ...en, explained: {} }), flatten({ ...zh, explained: {} })];
    expect(chinese.map(([path]) => path)).toEqual(english.map(([path]) => path));
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('are translated, apart from names', () => {
    const same = flatten(en).filter(
      ([path, text], at) => flatten(zh)[at]?.[1] === text && text !== 'function' && path,
    );
    expect(same.map(([, text]) => text).sort()).toEqual(['BuildKit', 'SBOM', 'xbundle']);
  });
});

it.each([
  [['zh-Hans-CN', 'en'], 'zh-CN'],
  [['zh'], 'zh-CN'],
  [['en-GB', 'zh'], 'en'],
  [['fr', 'zh-TW'], 'zh-CN'],
  [['fr'], 'en'],
  [[], 'en'],
])('follows the system: %s', (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language);
});
