import { styled } from '@mui/material/styles';

/** Rows of facts: dense, with a head that stays in sight. */
export const DataTable = styled('table')(({ theme }) => ({
  borderCollapse: 'separate',
  borderSpacing: 0,
  width: '100%',
  fontSize: '0.8125rem',
  '& th, & td': {
    textAlign: 'left',
    padding: '0.375rem 0.75rem',
    borderBottom: `0.0625rem solid ${theme.palette.divider}`,
    verticalAlign: 'top',
  },
  '& th:first-of-type, & td:first-of-type': { paddingLeft: '1rem' },
  '& th:last-of-type, & td:last-of-type': { paddingRight: '1rem' },
  '& tbody tr:last-of-type > *': { borderBottom: 0 },
  '& thead th': {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    fontWeight: 500,
    whiteSpace: 'nowrap',
    color: theme.palette.text.secondary,
    backgroundColor: theme.palette.background.paper,
  },
  '& tbody tr:hover': { backgroundColor: theme.palette.action.hover },
  '& .number': { textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  '& .note': { color: theme.palette.text.secondary },
}));
