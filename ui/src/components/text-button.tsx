import { styled } from '@mui/material/styles';

/** A button within text, such as a name in a table that leads to what it names. */
export const TextButton = styled('button')(({ theme }) => ({
  all: 'unset',
  cursor: 'pointer',
  color: theme.palette.primary.main,
  overflowWrap: 'anywhere',
  '&:hover': { textDecoration: 'underline' },
}));
