import { expect, it } from 'vitest';
import { en } from './en.ts';
import { toldText } from './told-text.ts';
import { zh } from './zh.ts';

const note = {
  message: 'app:v1-arm64 is an arch tag of app:v1, no image of its own',
  code: 'arch-tag',
  values: { tag: 'app:v1-arm64', image: 'app:v1' },
};

it('is the sentence of the language, with the same values', () => {
  expect(toldText(note, zh.explained)).toBe('app:v1-arm64 是 app:v1 的架构标签，不是单独的镜像');
  expect(toldText(note, en.explained)).toBe(note.message);
});

it.each([
  ['without a code', { message: 'as it was stored' }],
  ['with a code that is not known', { ...note, code: 'of a later version' }],
  ['without one of the values', { ...note, values: { tag: 'app:v1-arm64' } }],
])('is told as it is %s', (_, told) => {
  expect(toldText(told, zh.explained)).toBe(told.message);
});
