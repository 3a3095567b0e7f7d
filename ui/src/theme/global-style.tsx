import { CssBaseline, GlobalStyles } from '@mui/material';
import type { ReactElement } from 'react';

export function GlobalStyle(): ReactElement {
  return (
    <>
      <CssBaseline enableColorScheme />
      <GlobalStyles
        styles={(theme) => ({
          body: { backgroundColor: theme.palette.background.default, overflow: 'hidden' },
          // Fields show the focus by their own border.
          ':focus-visible:not(input, textarea)': {
            outline: `0.125rem solid ${theme.palette.primary.main} !important`,
            outlineOffset: '0.0625rem',
          },
          '@media (prefers-reduced-motion: reduce)': {
            '*': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' },
          },
        })}
      />
    </>
  );
}
