import type { PlannedCell } from '@xbundle/backend/contract';
import { Box, Checkbox, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { ForReaders } from '../../../components/for-readers.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { useGridKeys, type GridStop } from '../../../components/tables/use-grid-keys.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { switchOf, toggleCells, type Choice } from './choice.ts';
import { HOW_LOOKS } from '../how-look.ts';
import { CellButton, MatrixTable, matrixWidths } from '../matrix-table.tsx';
import { toMatrix, type MatrixRow } from '../matrix.ts';

interface Props {
  readonly cells: readonly PlannedCell[];
  /** Image names by component. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Components by platforms, each to be switched on and off; rows, columns and all at once by the boxes. */
export function PlanMatrix({ cells, images, choice, onChoice }: Props): ReactElement {
  const { build } = useText();
  const matrix = toMatrix(cells);
  const grid = useGridKeys([0, 0]);
  const toggle = (some: readonly (PlannedCell | undefined)[]): void => {
    onChoice(toggleCells(choice, idsOf(some)));
  };
  return (
    <MatrixTable
      aria-label={build.matrixLabel}
      style={matrixWidths(matrix.platforms.length, 17)}
      onKeyDown={grid.onKeyDown}
    >
      <thead>
        <tr>
          <th scope="col">
            <SwitchBox {...{ choice, toggle }} some={cells} label={build.allCells} stop={grid.stop(0, 0)} />
            {build.component}
          </th>
          {matrix.platforms.map((platform, at) => (
            <th key={platform} scope="col">
              <SwitchBox
                {...{ choice, toggle }}
                some={matrix.rows.map((row) => row.cells[at])}
                label={build.switchColumn(platform)}
                stop={grid.stop(0, at + 1)}
              />
              <Mono text={platform} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.rows.map((row, at) => (
          <PlanRow
            key={row.component}
            row={row}
            images={images.get(row.component) ?? []}
            choice={choice}
            toggle={toggle}
            stop={(column) => grid.stop(at + 1, column)}
          />
        ))}
      </tbody>
    </MatrixTable>
  );
}

const ONE_LINE = {
  display: 'block',
  whiteSpace: 'nowrap',
  overflow: 'hidden',
  textOverflow: 'ellipsis',
} as const;

interface RowProps {
  readonly row: MatrixRow<PlannedCell>;
  readonly images: readonly string[];
  readonly choice: Choice;
  readonly toggle: (some: readonly (PlannedCell | undefined)[]) => void;
  readonly stop: (column: number) => GridStop;
}

function PlanRow({ row, images, choice, toggle, stop }: RowProps): ReactElement {
  const { build } = useText();
  return (
    <tr>
      <th scope="row">
        <Box sx={{ display: 'flex', alignItems: 'center' }}>
          <SwitchBox
            {...{ choice, toggle }}
            some={row.cells}
            label={build.switchRow(row.component)}
            stop={stop(0)}
          />
          <Box sx={{ minWidth: 0 }}>
            <strong>{printable(row.component)}</strong>
            {images.map((image) => (
              <Mono key={image} text={image} className="note" title={printable(image)} sx={ONE_LINE} />
            ))}
          </Box>
        </Box>
      </th>
      {row.cells.map((cell, at) => (
        <td key={cell?.id ?? at}>
          {cell === undefined ? (
            <span className="note">{build.notPlanned}</span>
          ) : (
            <PlanCell
              cell={cell}
              isOff={cell.wanted && choice.off.includes(cell.id)}
              stop={stop(at + 1)}
              onToggle={() => {
                toggle([cell]);
              }}
            />
          )}
        </td>
      ))}
    </tr>
  );
}

interface CellProps {
  readonly cell: PlannedCell;
  readonly isOff: boolean;
  readonly stop: GridStop;
  readonly onToggle: () => void;
}

function PlanCell({ cell, isOff, stop, onToggle }: CellProps): ReactElement {
  const { build, explained } = useText();
  const { how, node, reason, wanted } = cell;
  const { icon, tone } = HOW_LOOKS[how];
  const note = wanted ? reason : `${build.alsoNeeded}. ${reason}`;
  return (
    <Tooltip title={`${build.howHelp[how]} ${printable(note)}`}>
      <CellButton
        {...stop}
        type="button"
        role="checkbox"
        aria-checked={!isOff}
        aria-disabled={!wanted}
        tone={tone}
        isOff={isOff}
        onClick={wanted ? onToggle : undefined}
      >
        <ForReaders>{build.cellOf(printable(cell.component), printable(cell.platform))}</ForReaders>
        <Icon name={icon} />
        <span className="main">
          {build.how[how]}
          <span className="sub">
            {printable(how === 'impossible' ? (explained.reasons[how] ?? reason) : placeOf(node, wanted))}
          </span>
        </span>
        {wanted && <Icon name={isOff ? 'dash' : 'check'} />}
        <ForReaders>{printable(note)}</ForReaders>
      </CellButton>
    </Tooltip>
  );

  function placeOf(name: string | undefined, isWanted: boolean): string {
    if (!isWanted) return build.alsoNeeded;
    return name === undefined ? '' : build.on(name);
  }
}

interface SwitchProps {
  readonly some: readonly (PlannedCell | undefined)[];
  readonly label: string;
  readonly choice: Choice;
  readonly toggle: (some: readonly (PlannedCell | undefined)[]) => void;
  readonly stop: GridStop;
}

function SwitchBox({ some, label, choice, toggle, stop }: SwitchProps): ReactElement {
  const ids = idsOf(some);
  const state = switchOf(choice, ids);
  const { onFocus, ...rest } = stop;
  return (
    <Checkbox
      checked={state === 'on' && ids.length > 0}
      indeterminate={state === 'mixed'}
      disabled={ids.length === 0}
      onChange={() => {
        toggle(some);
      }}
      slotProps={{ input: { 'aria-label': label, onFocus, ...rest } }}
      sx={{ p: 0.5, mr: 0.5 }}
    />
  );
}

function idsOf(some: readonly (PlannedCell | undefined)[]): readonly string[] {
  return some.flatMap((cell) => (cell?.wanted === true ? [cell.id] : []));
}
