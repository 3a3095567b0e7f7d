import type { LogLine } from '@xbundle/backend/contract';
import { memo, type ReactElement } from 'react';
import { parseAnsi, type Segment } from './ansi.ts';

/** A longer line is cut, and can be opened: laying out 60 000 characters in one row takes longer than a frame. */
const SHOWN_CHARACTERS = 2_000;

interface Props {
  readonly position: number;
  readonly line: LogLine | undefined;
  readonly isMatch: boolean;
  readonly moreLabel: (characters: number) => string;
  readonly onOpen: (line: LogLine) => void;
}

export const LogRow = memo(function LogRow({
  position,
  line,
  isMatch,
  moreLabel,
  onOpen,
}: Props): ReactElement {
  const text = line?.text ?? '';
  const length = line?.length ?? text.length;
  return (
    <div className={rowClass(line, isMatch)}>
      <span className="number" aria-hidden="true">
        {position + 1}
      </span>
      {parseAnsi(text.slice(0, SHOWN_CHARACTERS)).map((segment, at) => (
        <span key={at} className={lookOf(segment)}>
          {segment.text}
        </span>
      ))}
      {line !== undefined && length > SHOWN_CHARACTERS && (
        <button
          type="button"
          className="more"
          onClick={() => {
            onOpen(line);
          }}
        >
          {moreLabel(length)}
        </button>
      )}
    </div>
  );
});

function rowClass(line: LogLine | undefined, isMatch: boolean): string {
  return `row${line?.stream === 'stderr' ? ' stderr' : ''}${isMatch ? ' match' : ''}`;
}

function lookOf({ color, bold, dim }: Segment): string {
  const classes = [color !== undefined && `c${color}`, bold === true && 'bold', dim === true && 'dim'];
  return classes.filter((each) => each !== false).join(' ');
}
