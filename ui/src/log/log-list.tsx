import type { LogLine } from '@xbundle/backend/contract';
import { useEffect, useRef, type ReactElement } from 'react';
import { useText } from '../text/use-text.tsx';
import type { LogPages } from './log-pages.ts';
import { LogRow } from './log-row.tsx';
import { LogSurface, ROW_REM } from './log-surface.ts';
import { useLogScroll, type Reading } from './use-log-scroll.ts';
import { extentOf } from './visible-range.ts';

interface Props {
  readonly pages: LogPages;
  readonly total: number;
  readonly label: string;
  readonly reading: Reading;
  /** A position to mark. */
  readonly match: number | undefined;
  readonly onOpenLine: (line: LogLine) => void;
}

/** Only what is in sight is drawn, so that a log of any length scrolls alike. */
export function LogList({ pages, total, label, reading, match, onOpenLine }: Props): ReactElement {
  const { job } = useText();
  const surface = useRef<HTMLDivElement>(null);
  const row = rowPixels();
  const { range, onScroll } = useLogScroll(surface, { total, row }, reading);
  const { first, end, offset } = range;
  useEffect(() => {
    pages.want(first, end, total);
  }, [pages, first, end, total]);
  return (
    <LogSurface ref={surface} role="log" aria-live="off" aria-label={label} tabIndex={0} onScroll={onScroll}>
      <div style={{ height: extentOf({ total, row }), position: 'relative' }}>
        <div style={{ position: 'absolute', top: offset, minWidth: '100%' }}>
          {Array.from({ length: Math.max(0, end - first) }, (_, at) => (
            <LogRow
              key={first + at}
              position={first + at}
              line={pages.lineAt(first + at)}
              isMatch={first + at === match}
              moreLabel={job.log.wholeLine}
              onOpen={onOpenLine}
            />
          ))}
        </div>
      </div>
    </LogSurface>
  );
}

function rowPixels(): number {
  return ROW_REM * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
}
