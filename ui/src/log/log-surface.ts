import { styled, type Theme } from '@mui/material/styles';
import { MONOSPACE } from '../theme/theme.ts';

export const ROW_REM = 1.25;

/** One set of rules for all rows: a row has classes only, so that thousands can be drawn while scrolling. */
export const LogSurface = styled('div')(({ theme }) => ({
  position: 'relative',
  overflow: 'auto',
  flex: 1,
  minHeight: 0,
  contain: 'strict',
  overscrollBehavior: 'contain',
  fontFamily: MONOSPACE,
  fontSize: '0.75rem',
  lineHeight: `${ROW_REM}rem`,
  backgroundColor: theme.palette.mode === 'dark' ? '#0b0e13' : '#fbfcfd',
  color: theme.palette.text.primary,
  '& .row': { height: `${ROW_REM}rem`, whiteSpace: 'pre', paddingRight: '1rem', tabSize: 8 },
  '& .row:hover': { backgroundColor: theme.palette.action.hover },
  '& .number': {
    display: 'inline-block',
    minWidth: '4rem',
    paddingRight: '1rem',
    textAlign: 'right',
    color: theme.palette.text.secondary,
    userSelect: 'none',
  },
  '& .match': { backgroundColor: theme.palette.mode === 'dark' ? '#4d3b0a' : '#fff0bf' },
  '& .bold': { fontWeight: 700 },
  '& .dim': { color: theme.palette.text.secondary },
  // No taller than its row, which has the height of all.
  '& .more': {
    marginLeft: '0.5rem',
    padding: 0,
    border: 0,
    background: 'none',
    font: 'inherit',
    textDecoration: 'underline',
    cursor: 'pointer',
    color: theme.palette.primary.main,
  },
  ...colors(theme),
}));

/** The sixteen colours of a terminal, each readable on the surface. */
function colors(theme: Theme): Readonly<Record<string, { readonly color: string }>> {
  const { palette } = theme;
  const violet = palette.mode === 'dark' ? '#c79bff' : '#7a3cc0';
  const names = [
    palette.text.secondary,
    palette.error.main,
    palette.success.main,
    palette.warning.main,
    palette.primary.main,
    violet,
    palette.info.main,
    palette.text.primary,
  ];
  return Object.fromEntries([...names, ...names].map((color, at) => [`& .c${at}`, { color }]));
}
