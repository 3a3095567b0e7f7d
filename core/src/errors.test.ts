import { describe, expect, it } from 'vitest';
import {
  EXIT_CODES,
  interrupted,
  isXbundleError,
  messageOf,
  redactUrl,
  systemCode,
  throwIfAborted,
  XbundleError,
  type ErrorCode,
} from './errors.ts';

describe('exit codes', () => {
  /** Written out again, because scripts of users depend on every row. */
  const table: readonly (readonly [ErrorCode, number])[] = [
    ['INTERNAL', 1],
    ['USAGE', 2],
    ['DIGEST_INVALID', 2],
    ['PLATFORM_INVALID', 2],
    ['REFERENCE_INVALID', 2],
    ['DEFINITION_INVALID', 2],
    ['INCOMPLETE', 3],
    ['NOT_FOUND', 3],
    ['PLATFORM_MISMATCH', 3],
    ['DIGEST_MISMATCH', 4],
    ['SIZE_MISMATCH', 4],
    ['DOCUMENT_INVALID', 4],
    ['BUNDLE_INVALID', 4],
    ['ARCHIVE_INVALID', 4],
    ['READ_BACK_FAILED', 4],
    ['POLICY', 5],
    ['UNREACHABLE', 6],
    ['UNAUTHORIZED', 6],
    ['REFUSED', 6],
    ['TIMEOUT', 6],
    ['REMOTE_INVALID', 6],
    ['DISK_FULL', 7],
    ['FILE_SYSTEM', 7],
    ['LOCKED', 8],
    ['EXISTS', 8],
    ['LIMIT_EXCEEDED', 9],
    ['UNSUPPORTED', 9],
    ['INTERRUPTED', 130],
  ];

  it.each(table)('%s ends a process with %i', (code, exitCode) => {
    expect(new XbundleError(code, 'x').exitCode).toBe(exitCode);
  });

  it('are all in the table above', () => {
    expect(new Set(table.map(([code]) => code))).toEqual(new Set(Object.keys(EXIT_CODES)));
  });
});

it('keeps the cause, and has a name of its own', () => {
  const cause = new Error('below');
  const error = new XbundleError('REFUSED', 'above', { cause });
  expect(error).toMatchObject({ name: 'XbundleError', code: 'REFUSED', message: 'above', cause });
  expect(error).toBeInstanceOf(Error);
});

it.each<[unknown, readonly ErrorCode[], boolean]>([
  [new XbundleError('REFUSED', ''), [], true],
  [new XbundleError('REFUSED', ''), ['REFUSED', 'LOCKED'], true],
  [new XbundleError('REFUSED', ''), ['LOCKED'], false],
  [new Error('x'), [], false],
  [{ code: 'REFUSED' }, [], false],
  [undefined, [], false],
])('isXbundleError(%s, %j) is %s', (error, codes, expected) => {
  expect(isXbundleError(error, ...codes)).toBe(expected);
});

it.each([
  ['https://user:secret@host:5000/v2/a?token=secret#secret', 'https://host:5000/v2/a'],
  [new URL('http://host/?X-Amz-Signature=secret'), 'http://host/'],
  ['https://[::1]:5000/a', 'https://[::1]:5000/a'],
  ['not a URL with secret', '(an unreadable URL)'],
])('redacts %s', (url, expected) => {
  expect(redactUrl(url)).toBe(expected);
});

describe('an aborted signal', () => {
  it('gives INTERRUPTED with the reason as its cause', () => {
    const signal = AbortSignal.abort('why');
    expect(interrupted(signal)).toMatchObject({ code: 'INTERRUPTED', cause: 'why' });
    expect(() => {
      throwIfAborted(signal);
    }).toThrow(XbundleError);
  });

  it('gives the very error that it was aborted with', () => {
    const reason = new XbundleError('TIMEOUT', 'stalled');
    expect(interrupted(AbortSignal.abort(reason))).toBe(reason);
  });

  it('that has not fired, or is none, throws nothing', () => {
    throwIfAborted(undefined);
    throwIfAborted(new AbortController().signal);
  });
});

it.each([
  [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'ENOSPC'],
  [Object.assign(new Error('x'), { code: 7 }), undefined],
  [new Error('x'), undefined],
  ['ENOSPC', undefined],
])('the system code of %s is %s', (error, expected) => {
  expect(systemCode(error)).toBe(expected);
});

it.each([
  [new Error('x'), 'x'],
  ['y', 'y'],
  [undefined, 'undefined'],
])('the message of %s is %s', (error, expected) => {
  expect(messageOf(error)).toBe(expected);
});
