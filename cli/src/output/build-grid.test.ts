import { expect, it } from 'vitest';
import { formatGrid, type Grid } from './build-grid.ts';

const plain = (_: unknown, text: string): string => text;

function grid(width?: number): readonly string[] {
  const texts: Readonly<Record<string, string>> = {
    'web amd64': 'done 1.0 s',
    'a-long-component arm64': 'FAILED',
  };
  const at: Grid['at'] = (row, column) => {
    const text = texts[`${row} ${column}`];
    return text === undefined ? undefined : { text };
  };
  const rows = ['web', 'a-long-component'];
  return formatGrid({ title: 'COMPONENT', rows, columns: ['amd64', 'arm64'], at, width }, plain);
}

it('stands in columns; where nothing is, there is a dash', () => {
  expect(grid()).toEqual([
    'COMPONENT         amd64       arm64',
    'web               done 1.0 s  -',
    'a-long-component  -           FAILED',
  ]);
});

it('goes on in another block where the terminal is too narrow', () => {
  expect(grid(30)).toEqual([
    'COMPONENT        amd64',
    'web              done 1.0 s',
    'a-long-…mponent  -',
    '',
    'COMPONENT        arm64',
    'web              -',
    'a-long-…mponent  FAILED',
  ]);
});

it('shows control characters of names instead of sending them to the terminal', () => {
  const at: Grid['at'] = () => ({ text: 'x' });
  expect(formatGrid({ title: 'C', rows: ['a\u001b[2J'], columns: ['p'], at }, plain)[1]).toBe(
    'a\\u001b[2J  x',
  );
});
