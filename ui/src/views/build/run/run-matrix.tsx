import type { BuildCellReport } from '@xbundle/backend/contract';
import { LinearProgress, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { ForReaders } from '../../../components/for-readers.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { useGridKeys, type GridStop } from '../../../components/tables/use-grid-keys.ts';
import { printable } from '../../../format/printable.ts';
import type { Text } from '../../../text/en.ts';
import { useText } from '../../../text/use-text.tsx';
import { cellTook } from '../cell/cell-took.ts';
import { toldReason } from '../cell/told-reason.ts';
import { STATE_LOOKS } from '../how-look.ts';
import { CellButton, MatrixTable, matrixWidths } from '../matrix-table.tsx';
import { toMatrix } from '../matrix.ts';

interface Props {
  readonly cells: readonly BuildCellReport[];
  readonly chosen: string | undefined;
  readonly onChoose: (cell: string) => void;
  readonly now: number;
}

/** The cells as they are being built; one of them is chosen to be read about. */
export function RunMatrix({ cells, chosen, onChoose, now }: Props): ReactElement {
  const { build } = useText();
  const matrix = toMatrix(cells);
  const grid = useGridKeys([0, 0]);
  return (
    <MatrixTable
      aria-label={build.matrixLabel}
      style={matrixWidths(matrix.platforms.length, 10)}
      onKeyDown={grid.onKeyDown}
    >
      <thead>
        <tr>
          <th scope="col">{build.component}</th>
          {matrix.platforms.map((platform) => (
            <th key={platform} scope="col">
              <Mono text={platform} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.rows.map((row, rowAt) => (
          <tr key={row.component}>
            <th scope="row">
              <strong>{printable(row.component)}</strong>
            </th>
            {row.cells.map((cell, at) => (
              <td key={cell?.id ?? at}>
                {cell !== undefined && (
                  <RunCell
                    cell={cell}
                    isChosen={cell.id === chosen}
                    stop={grid.stop(rowAt, at)}
                    now={now}
                    onChoose={onChoose}
                  />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </MatrixTable>
  );
}

interface CellProps {
  readonly cell: BuildCellReport;
  readonly isChosen: boolean;
  readonly stop: GridStop;
  readonly now: number;
  readonly onChoose: (cell: string) => void;
}

function RunCell({ cell, isChosen, stop, now, onChoose }: CellProps): ReactElement {
  const texts = useText();
  const { build } = texts;
  const { icon, tone } = STATE_LOOKS[cell.state];
  const state = build.cellStates[cell.state];
  const note = printable(noteOf(cell, texts));
  const took = cellTook(cell, now);
  return (
    <Tooltip title={cell.state === 'building' ? '' : hintOf(note, cell)}>
      <CellButton
        {...stop}
        type="button"
        aria-current={isChosen}
        tone={tone}
        isOff={cell.state === 'queued'}
        onClick={() => {
          onChoose(cell.id);
        }}
      >
        <ForReaders>{build.cellOf(printable(cell.component), printable(cell.platform))}</ForReaders>
        <Icon name={icon} />
        <span className="main">
          {state}
          {cell.state === 'building' && cell.percent !== undefined && ` ${Math.round(cell.percent)} %`}
          <span className="sub">{note}</span>
        </span>
        <span className="note">{took}</span>
        <ForReaders>{build.openLog}</ForReaders>
        {cell.state === 'building' && (
          <LinearProgress
            aria-hidden
            {...(cell.percent === undefined ? {} : { variant: 'determinate', value: cell.percent })}
            sx={{ position: 'absolute', left: 0, right: 0, bottom: 0, height: '0.1875rem' }}
          />
        )}
      </CellButton>
    </Tooltip>
  );
}

/** What stands in the cell, and core's own words where that is not them. */
function hintOf(note: string, { reason = '' }: BuildCellReport): string {
  const words = printable(reason);
  return note === words ? note : `${note} ${words}`;
}

function noteOf(cell: BuildCellReport, { build, explained }: Text): string {
  const { state, step, stepsDone, stepsTotal, reason, how, node } = cell;
  if (state === 'building') {
    if (step !== undefined) return step;
    return stepsDone === undefined || stepsTotal === undefined ? '' : build.stepOf(stepsDone, stepsTotal);
  }
  if (reason !== undefined) return toldReason(cell, explained) ?? reason;
  return [how === undefined ? undefined : build.how[how], node]
    .filter((each) => each !== undefined)
    .join(' · ');
}
