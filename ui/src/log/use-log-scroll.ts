import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useScrollPlace, type ScrollControl } from './use-scroll-place.ts';
import {
  isAtEnd,
  middleRow,
  placeAt,
  placeOfRow,
  visibleRange,
  type RowList,
  type VisibleRange,
} from './visible-range.ts';

/** After the last scroll event: the reader rests. */
const SETTLED_MS = 200;

export interface Reading {
  /** The row in the middle of what is read, with how much of it; undefined: the end is followed. */
  readonly middle: number | undefined;
  readonly onMiddle: (middle: number | undefined) => void;
  /** A row to bring into sight. */
  readonly target: number | undefined;
}

export interface LogScroll {
  readonly range: VisibleRange;
  readonly onScroll: () => void;
}

/** Opens a log where its reader was, follows the end as it grows, and goes to the target. */
export function useLogScroll(
  surface: RefObject<HTMLElement | null>,
  rows: Omit<RowList, 'height'>,
  reading: Reading,
): LogScroll {
  const [view, control] = useScrollPlace(surface, rows);
  const { middle, onMiddle, target } = reading;
  const isFollowing = middle === undefined;
  useLayoutEffect(() => {
    control.go((list) => (middle === undefined ? placeAt(Infinity, list) : placeOfRow(middle, list)));
    // What the reader does later moves the element itself.
  }, [control, isFollowing, isFollowing && rows.total]);
  useLayoutEffect(() => {
    if (target === undefined) return;
    control.go((list) => placeOfRow(target, list));
    onMiddle(target);
    // A log that grows does not move the reader.
  }, [control, target]);
  useResized(surface, () => {
    control.go((list) => placeAt(isFollowing ? Infinity : control.now().real, list));
  });
  const onRest = useRest(control, reading);
  const onScroll = (): void => {
    if (!control.take()) return;
    const list = control.list();
    const isEnd = isAtEnd(control.now(), list);
    if (isEnd !== isFollowing) onMiddle(isEnd ? undefined : middleRow(control.now(), list));
    onRest();
  };
  return { range: visibleRange(view, { ...rows, height: view.height }), onScroll };
}

/** Gives what is to be called at each scroll event. */
function useRest(control: ScrollControl, reading: Reading): () => void {
  const latest = useRef(reading);
  latest.current = reading;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keep = (): void => {
    timer.current = undefined;
    const { middle, onMiddle } = latest.current;
    if (middle !== undefined) onMiddle(middleRow(control.now(), control.list()));
  };
  const rest = (): void => {
    keep();
    // Row by row the reader has come to another part of the whole than the scroll bar tells.
    flushSync(() => {
      control.go((list) => placeAt(control.now().real, list));
    });
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      if (timer.current !== undefined) keep();
    },
    [],
  );
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(rest, SETTLED_MS);
  };
}

function useResized(element: RefObject<HTMLElement | null>, onResize: () => void): void {
  const latest = useRef(onResize);
  latest.current = onResize;
  useLayoutEffect(() => {
    if (element.current === null || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => {
      latest.current();
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element]);
}
