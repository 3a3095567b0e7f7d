import { styled } from '@mui/material/styles';

/** Words for screen readers alone, where the eye has the place on the page. */
export const ForReaders = styled('span')({
  position: 'absolute',
  width: '0.0625rem',
  height: '0.0625rem',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});
