import { useMemo, useRef, useState, type RefObject } from 'react';
import { scrolledTo, type RowList, type ScrollPlace } from './visible-range.ts';

interface View extends ScrollPlace {
  readonly height: number;
}

export interface ScrollControl {
  readonly now: () => ScrollPlace;
  readonly list: () => RowList;
  /** Scrolls the element. */
  readonly go: (placeIn: (list: RowList) => ScrollPlace) => void;
  /** Takes in how far the reader has scrolled it; false: that is where it was. */
  readonly take: () => boolean;
}

/** Where an element that shows rows of a list is scrolled: what is drawn, and what moves it. */
export function useScrollPlace(
  surface: RefObject<HTMLElement | null>,
  rows: Omit<RowList, 'height'>,
): readonly [View, ScrollControl] {
  const [view, setView] = useState<View>({ top: 0, real: 0, height: 0 });
  // Events come faster than renders.
  const latest = useRef({ view, rows });
  latest.current.rows = rows;
  const control = useMemo(() => {
    const list = (): RowList => ({ ...latest.current.rows, height: surface.current?.clientHeight ?? 0 });
    const show = (place: ScrollPlace): void => {
      latest.current.view = { ...place, height: list().height };
      setView(latest.current.view);
    };
    return {
      list,
      now: () => latest.current.view,
      go: (placeIn: (list: RowList) => ScrollPlace) => {
        const { current } = surface;
        if (current === null) return;
        const { top, real } = placeIn(list());
        current.scrollTop = top;
        // Browsers round it.
        show({ top: current.scrollTop, real });
      },
      take: () => {
        const top = surface.current?.scrollTop ?? 0;
        if (top === latest.current.view.top) return false;
        show(scrolledTo(top, latest.current.view, list()));
        return true;
      },
    };
  }, [surface]);
  return [view, control];
}
