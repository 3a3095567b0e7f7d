import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { ThemeProvider } from '@mui/material/styles';
import { useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { useLanguage } from '../text/use-text.tsx';
import { withConstructedSheet } from './constructed-sheet.ts';
import { GlobalStyle } from './global-style.tsx';
import { makeTheme, type HostThemes } from './theme.ts';

const DARK = '(prefers-color-scheme: dark)';

interface Props {
  readonly hostThemes: HostThemes | undefined;
  readonly children: ReactNode;
}

/** Light or dark as the system (and Docker Desktop, which sets the same preference) has it; follows a change. */
export function Themed({ hostThemes, children }: Props): ReactElement {
  const mode = usePrefersDark() ? 'dark' : 'light';
  const language = useLanguage();
  const theme = useMemo(() => makeTheme({ mode, language, host: hostThemes }), [mode, language, hostThemes]);
  const cache = useMemo(() => withConstructedSheet(createCache({ key: 'xb' })), []);
  return (
    <CacheProvider value={cache}>
      <ThemeProvider theme={theme}>
        <GlobalStyle />
        {children}
      </ThemeProvider>
    </CacheProvider>
  );
}

function usePrefersDark(): boolean {
  return useSyncExternalStore(subscribe, () => globalThis.matchMedia(DARK).matches);
}

function subscribe(onChange: () => void): () => void {
  const query = globalThis.matchMedia(DARK);
  query.addEventListener('change', onChange);
  return () => {
    query.removeEventListener('change', onChange);
  };
}
