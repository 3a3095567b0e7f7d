import { describe, expect, it } from 'vitest';
import { XbundleError } from '../errors.ts';
import { errorCodeOf } from '../testing/error-code.ts';
import { freeBytes, refuseFullDisk } from './disk-space.ts';
import { fileError, onPath } from './file-error.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the system says so`), { code });
}

describe('an error of the system', () => {
  it.each([
    ['ENOSPC', 'DISK_FULL', 7],
    ['EDQUOT', 'DISK_FULL', 7],
    ['ENOENT', 'FILE_SYSTEM', 7],
    ['EACCES', 'FILE_SYSTEM', 7],
    ['EROFS', 'FILE_SYSTEM', 7],
    ['EFBIG', 'FILE_SYSTEM', 7],
    ['EIO', 'FILE_SYSTEM', 7],
  ])('%s is %s with exit code %i', (code, expected, exitCode) => {
    const cause = systemError(code);
    const error = fileError('writing', '/some/where', cause);
    expect(error).toMatchObject({ code: expected, exitCode, cause });
    expect(error.message).toMatch(/^writing \/some\/where: ./);
  });

  it('is not made of an error that is one already', () => {
    const own = new XbundleError('LOCKED', 'held');
    expect(fileError('writing', '/some/where', own)).toBe(own);
  });

  it('is made of whatever a block throws', async () => {
    expect(await errorCodeOf(onPath('reading', '/x', () => Promise.reject(systemError('EIO'))))).toBe(
      'FILE_SYSTEM',
    );
    expect(await onPath('reading', '/x', () => Promise.resolve(5))).toBe(5);
  });
});

describe('the space on a disk', () => {
  it('is told, and refused when it is too little', async () => {
    const free = await freeBytes('/tmp');
    expect(free).toBeGreaterThan(0);
    await refuseFullDisk('/tmp', 1);
    expect(await errorCodeOf(refuseFullDisk('/tmp', free * 2 + 2 ** 40))).toBe('DISK_FULL');
  });

  it('cannot be told of a directory that is not there', async () => {
    expect(await errorCodeOf(freeBytes('/no/such/place'))).toBe('FILE_SYSTEM');
  });
});
