import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes.ts';
import { formatCommand } from './command-line.ts';
import { formatDuration } from './duration.ts';
import { baseName, joinPath } from './host-path.ts';
import { printable } from './printable.ts';
import { formatAgo } from './time.ts';

describe('what people read', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999_500, '1.0 MB'],
    [12_345_678, '12.3 MB'],
    [4_210_000_000, '4.2 GB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [400, '0.4 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_620_000, '2 h 07 min'],
  ])('%i ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [30_000, 'now'],
    [120_000, '2 minutes ago'],
    [90_000_000, 'yesterday'],
  ])('%i ms before are %s', (passed, text) => {
    expect(formatAgo(1e12 - passed, 'en', 1e12)).toBe(text);
  });

  it('has nothing in a name that cannot be seen or that turns it around', () => {
    expect(printable('a\u202eb\u0007\u200b.tar')).toBe('a\\u202eb\\u0007\\u200b.tar');
  });
});

describe('what is copied or sent', () => {
  it.each([
    [['docker', 'run', 'a:v1@sha256:0'], 'docker run a:v1@sha256:0'],
    [['a b', "it's", '$(rm)', ''], `'a b' 'it'\\''s' '$(rm)' ''`],
  ])('%j is %s', (args, line) => {
    expect(formatCommand(args)).toBe(line);
  });

  it.each([
    ['/out', 'r.tar', '/out/r.tar'],
    ['/out/', 'r.tar', '/out/r.tar'],
    ['C:\\out', 'r.tar', 'C:\\out\\r.tar'],
    ['D:\\', 'r.tar', 'D:\\r.tar'],
  ])('%s and %s are %s', (folder, name, path) => {
    expect(joinPath(folder, name)).toBe(path);
    expect(baseName(path)).toBe(name);
  });
});
