import type { LogLine } from '@xbundle/backend/contract';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { useText } from '../text/use-text.tsx';
import type { LogPages } from './log-pages.ts';
import { LogRow } from './log-row.tsx';
import { LogSurface, ROW_REM } from './log-surface.ts';
import { scrollTo, visibleRange } from './visible-range.ts';

interface Props {
  readonly pages: LogPages;
  readonly total: number;
  readonly label: string;
  /** Whether the last line is kept in sight as the log grows. */
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
  /** A position to bring into sight, and to mark. */
  readonly target: number | undefined;
  readonly onOpenLine: (line: LogLine) => void;
}

interface View {
  readonly top: number;
  readonly height: number;
}

/** Only what is in sight is drawn, so that a log of any length scrolls alike. */
export function LogList(props: Props): ReactElement {
  const { pages, total, label, target, onOpenLine } = props;
  const { job } = useText();
  const surface = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, height: 0 });
  const row = rowPixels();
  const range = visibleRange({ total, row, ...view });
  const { first, end } = range;
  useEffect(() => {
    pages.want(first, end, total);
  }, [pages, first, end, total]);
  const onScroll = useScrolling(surface, { ...props, row, setView });
  return (
    <LogSurface ref={surface} role="log" aria-live="off" aria-label={label} tabIndex={0} onScroll={onScroll}>
      <div style={{ height: range.extent, position: 'relative' }}>
        <div style={{ position: 'absolute', top: range.offset, minWidth: '100%' }}>
          {Array.from({ length: Math.max(0, end - first) }, (_, at) => (
            <LogRow
              key={first + at}
              position={first + at}
              line={pages.lineAt(first + at)}
              isMatch={first + at === target}
              moreLabel={job.log.wholeLine}
              onOpen={onOpenLine}
            />
          ))}
        </div>
      </div>
    </LogSurface>
  );
}

interface Scrolling extends Props {
  readonly row: number;
  readonly setView: (view: View) => void;
}

/** Keeps the view's place and size; follows the end, or goes to the target. Gives the scroll handler. */
function useScrolling(
  surface: React.RefObject<HTMLDivElement | null>,
  { total, row, isFollowing, onFollow, target, setView }: Scrolling,
): () => void {
  const read = useCallback(() => {
    const element = surface.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  }, [surface, setView]);
  useLayoutEffect(() => {
    const element = surface.current;
    if (element === null) return undefined;
    read();
    if (typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [surface, read]);
  useLayoutEffect(() => {
    const element = surface.current;
    if (element === null || !isFollowing) return;
    element.scrollTop = element.scrollHeight;
    read();
  }, [surface, total, isFollowing, read]);
  useLayoutEffect(() => {
    const element = surface.current;
    if (element === null || target === undefined) return;
    element.scrollTop = scrollTo(target, { total, row, height: element.clientHeight });
    read();
    // A log that grows does not move the reader.
  }, [surface, target, read]);
  return () => {
    const element = surface.current;
    if (element === null) return;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - row;
    if (isAtEnd !== isFollowing) onFollow(isAtEnd);
    read();
  };
}

function rowPixels(): number {
  return ROW_REM * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
}
