import { jobRequestSchema } from '@xbundle/backend/contract';
import { expect, it } from 'vitest';
import { FIRST_EXPORT, toExportRequest, toForecastRequest } from './export-choice.ts';
import { FIRST_IMPORT, toImportRequest } from './import-choice.ts';

it('asks for no forecast before anything is chosen, and for no export before a file is named', () => {
  expect(toForecastRequest(FIRST_EXPORT)).toBeUndefined();
  expect(toExportRequest({ ...FIRST_EXPORT, images: ['a:v1'] })).toBeUndefined();
});

it('exports what was forecast', () => {
  const choice = {
    ...FIRST_EXPORT,
    images: ['a:v1'],
    platforms: ['linux/arm64'],
    output: '/r.tar',
    attestations: false,
  };
  const request = toExportRequest(choice);
  expect(request).toEqual({
    kind: 'export',
    ...toForecastRequest(choice),
    output: '/r.tar',
    overwrite: false,
    allowIncomplete: false,
  });
  expect(request).toMatchObject({ attestations: 'drop' });
  expect(jobRequestSchema.safeParse(request).success).toBe(true);
});

it.each([
  ['', FIRST_IMPORT, undefined],
  ['/r.tar', { ...FIRST_IMPORT, target: 'registry' as const }, undefined],
  ['/r.tar', { ...FIRST_IMPORT, target: 'oci' as const }, undefined],
  ['/r.tar', FIRST_IMPORT, { kind: 'docker' }],
  [
    '/r.tar',
    { ...FIRST_IMPORT, target: 'registry' as const, place: 'h:5000/a' },
    { kind: 'registry', place: 'h:5000/a' },
  ],
  ['C:\\r.tar', { ...FIRST_IMPORT, target: 'oci' as const, folder: 'D:\\o' }, { kind: 'oci', path: 'D:\\o' }],
])('imports %s as chosen', (bundle, choice, to) => {
  expect(toImportRequest(bundle, choice)?.to).toEqual(to);
});
