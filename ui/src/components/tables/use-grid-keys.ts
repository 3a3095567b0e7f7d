import { useState, type KeyboardEvent } from 'react';

/** What an element of the grid needs, to be one of its stops. */
export interface GridStop {
  readonly 'data-stop': string;
  readonly tabIndex: 0 | -1;
  readonly onFocus: () => void;
}

interface Grid {
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly stop: (row: number, column: number) => GridStop;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** How many places without a stop an arrow jumps over. */
const REACH = 60;

/** One stop of the Tab key for a whole table; arrows, Home and End move inside of it. */
export function useGridKeys(first: readonly [number, number]): Grid {
  const [active, setActive] = useState<string>(name(...first));
  return {
    onKeyDown(event) {
      const here = (event.target as HTMLElement).closest<HTMLElement>('[data-stop]')?.dataset['stop'];
      if (here === undefined) return;
      const next = findStop(event.currentTarget, here, event.key);
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    },
    stop: (row, column) => ({
      'data-stop': name(row, column),
      tabIndex: active === name(row, column) ? 0 : -1,
      onFocus: () => {
        setActive(name(row, column));
      },
    }),
  };
}

function name(row: number, column: number): string {
  return `${row},${column}`;
}

function findStop(grid: HTMLElement, here: string, key: string): HTMLElement | undefined {
  const [row = 0, column = 0] = here.split(',').map(Number);
  if (key === 'Home' || key === 'End') {
    const inRow = [...grid.querySelectorAll<HTMLElement>(`[data-stop^="${row},"]`)];
    return key === 'Home' ? inRow[0] : inRow.at(-1);
  }
  const move = MOVES[key];
  if (move === undefined) return undefined;
  for (let step = 1; step <= REACH; step++) {
    const wanted = name(row + move[0] * step, column + move[1] * step);
    const found = grid.querySelector<HTMLElement>(`[data-stop="${wanted}"]`);
    if (found !== null) return found;
  }
  return undefined;
}
