import { formatBytes, familiarReference, parseReference, type Cell } from '@xbundle/core';
import { printable } from './printable.ts';
import type { Paint } from './style.ts';
import { elide } from './table.ts';

/**
 * The matrix of images and platforms: a size where a cell is there, otherwise its state. As many platforms as
 * fit stand side by side; the rest follow in further blocks. Without a width, all fit.
 */
export function formatMatrix(cells: readonly Cell[], paint: Paint, width = Infinity): readonly string[] {
  const images = [...new Set(cells.map((cell) => cell.image))];
  const platforms = [...new Set(cells.map((cell) => cell.platform))].sort();
  const names = new Map(images.map((image) => [image, printable(shortName(image))]));
  const nameWidth = Math.min(
    Math.max(5, ...[...names.values()].map((name) => name.length)),
    Math.floor(width / 2),
  );
  const cellWidth = Math.max(9, ...platforms.map((platform) => platform.length));
  const perBlock = Math.max(1, Math.floor((width - nameWidth) / (cellWidth + 2)));
  const byKey = new Map(cells.map((cell) => [`${cell.image} ${cell.platform}`, cell]));
  const lines: string[] = [];
  for (let start = 0; start < platforms.length; start += perBlock) {
    const block = platforms.slice(start, start + perBlock);
    if (start > 0) lines.push('');
    lines.push(
      row(
        'IMAGE',
        block.map((platform) => platform.padStart(cellWidth)),
        nameWidth,
      ),
    );
    for (const image of images) {
      const texts = block.map((platform) => cellText(byKey.get(`${image} ${platform}`), paint, cellWidth));
      lines.push(row(names.get(image) ?? '', texts, nameWidth));
    }
  }
  return lines;
}

/** The name as people write it, where it is one. */
export function shortName(image: string): string {
  try {
    return familiarReference(parseReference(image));
  } catch {
    return image;
  }
}

function row(name: string, texts: readonly string[], nameWidth: number): string {
  return [elide(name, nameWidth).padEnd(nameWidth), ...texts].join('  ').trimEnd();
}

function cellText(cell: Cell | undefined, paint: Paint, width: number): string {
  if (cell === undefined) return paint('dim', '-'.padStart(width));
  if (cell.state === 'missing') return paint('red', 'missing'.padStart(width));
  if (cell.state === 'wrong') return paint('red', 'wrong'.padStart(width));
  return paint('green', (cell.size === undefined ? 'present' : formatBytes(cell.size)).padStart(width));
}

/** `2 missing, 1 wrong of 24 cells` */
export function countAbsent(cells: readonly Cell[]): string {
  const counts = (['missing', 'wrong'] as const)
    .map((state) => ({ state, count: cells.filter((cell) => cell.state === state).length }))
    .filter(({ count }) => count > 0);
  return `${counts.map(({ state, count }) => `${count} ${state}`).join(', ')} of ${cells.length} cells`;
}

/** One line for each cell that is not there, with its reason. */
export function formatAbsent(cells: readonly Cell[]): readonly string[] {
  return cells
    .filter((cell) => cell.state !== 'present')
    .map((cell) => printable(`${shortName(cell.image)} for ${cell.platform}: ${cell.reason ?? cell.state}`));
}
