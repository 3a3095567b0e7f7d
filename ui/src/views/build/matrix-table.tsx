import { styled } from '@mui/material/styles';
import type { CSSProperties } from 'react';
import { solid, surface, type Tone } from '../../theme/tone.ts';

/** Columns narrower than this are scrolled to. */
const COLUMN_REM = 11;

/** What a matrix needs to know of itself: how wide its first column is, and all of it at least. */
export function matrixWidths(columns: number, firstRem: number): CSSProperties {
  return { '--first': `${firstRem}rem`, minWidth: `${firstRem + columns * COLUMN_REM}rem` } as CSSProperties;
}

/** A dense table whose first column and head stay in sight. */
export const MatrixTable = styled('table')(({ theme }) => ({
  borderCollapse: 'separate',
  borderSpacing: 0,
  width: '100%',
  tableLayout: 'fixed',
  fontSize: '0.8125rem',
  '& th, & td': {
    textAlign: 'left',
    fontWeight: 'inherit',
    padding: '0.1875rem 0.375rem',
    borderBottom: `0.0625rem solid ${theme.palette.divider}`,
    backgroundColor: theme.palette.background.paper,
    verticalAlign: 'middle',
  },
  '& tbody tr:last-of-type > *': { borderBottom: 0 },
  '& thead th': { position: 'sticky', top: 0, zIndex: 2, whiteSpace: 'nowrap', padding: '0.375rem' },
  '& th:first-of-type': {
    position: 'sticky',
    left: 0,
    zIndex: 1,
    paddingLeft: '1rem',
    width: 'var(--first, 12rem)',
  },
  '& thead th:first-of-type': { zIndex: 3 },
  '& .note': { color: theme.palette.text.secondary, fontSize: '0.75rem' },
}));

/** One cell: a button as wide as its column, with the colour of its state at the edge. */
export const CellButton = styled('button', {
  shouldForwardProp: (name) => name !== 'tone' && name !== 'isOff',
})<{
  tone: Tone;
  isOff?: boolean;
}>(({ theme, tone, isOff = false }) => ({
  all: 'unset',
  boxSizing: 'border-box',
  cursor: 'pointer',
  position: 'relative',
  display: 'grid',
  gridTemplateColumns: 'auto 1fr auto',
  alignItems: 'center',
  columnGap: '0.5rem',
  width: '100%',
  minHeight: '2.375rem',
  padding: '0.125rem 0.625rem',
  borderRadius: '0.375rem',
  border: `0.0625rem solid ${isOff ? theme.palette.divider : solid(theme, tone, 35)}`,
  borderStyle: isOff ? 'dashed' : 'solid',
  backgroundColor: isOff ? 'transparent' : surface(theme, tone),
  color: isOff ? theme.palette.text.secondary : theme.palette.text.primary,
  overflow: 'hidden',
  '& > svg': { color: isOff ? theme.palette.text.secondary : theme.palette[tone].main, fontSize: '1rem' },
  '& .sub': {
    display: 'block',
    color: theme.palette.text.secondary,
    fontSize: '0.75rem',
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
  '& .main': { minWidth: 0, lineHeight: 1.25 },
  '&:hover': { borderColor: theme.palette[tone].main },
  '&[aria-current="true"]': { boxShadow: `0 0 0 0.125rem ${theme.palette.primary.main}` },
}));
