import { Box } from '@mui/material';
import { useRef, type ReactElement } from 'react';
import { HostProvider } from './host/host-context.tsx';
import type { Host } from './host/host.ts';
import { pageOf, PlaceProvider, usePlace, type Tab } from './memory/place.tsx';
import { useScrollMemory } from './memory/use-scroll-memory.ts';
import type { Language } from './text/language.ts';
import { LanguageProvider, useText } from './text/use-text.tsx';
import { Themed } from './theme/themed.tsx';
import { BuildView } from './views/build/build-view.tsx';
import { BuildersView } from './views/builders/builders-view.tsx';
import { BundlesView } from './views/bundles/bundles-view.tsx';
import { HistoryView } from './views/history/history-view.tsx';
import { ImagesView } from './views/images/images-view.tsx';
import { FactsProvider } from './views/shell/facts.tsx';
import { Notices } from './views/shell/notices.tsx';
import { ShellHeader } from './views/shell/shell-header.tsx';

interface Props {
  readonly host: Host;
  readonly language: Language;
}

/** The whole page. */
export function App({ host, language }: Props): ReactElement {
  return (
    <LanguageProvider language={language}>
      <Themed hostThemes={host.themes}>
        <HostProvider host={host}>
          <FactsProvider>
            <PlaceProvider>
              <Shell />
            </PlaceProvider>
          </FactsProvider>
        </HostProvider>
      </Themed>
    </LanguageProvider>
  );
}

const VIEWS: Readonly<Record<Tab, () => ReactElement>> = {
  build: BuildView,
  images: ImagesView,
  bundles: BundlesView,
  builders: BuildersView,
  history: HistoryView,
};

function Shell(): ReactElement {
  const { common } = useText();
  const { place } = usePlace();
  const View = VIEWS[place.tab];
  const main = useRef<HTMLElement>(null);
  useScrollMemory(main, pageOf(place));
  return (
    <Box sx={{ height: '100vh', display: 'flex', flexDirection: 'column', minWidth: '40rem' }}>
      <ShellHeader />
      <Box
        component="main"
        ref={main}
        id="part"
        role="tabpanel"
        aria-label={common.tabs[place.tab]}
        sx={{ flex: 1, minHeight: 0, overflow: 'auto', px: 3, pb: 2, pt: 2 }}
      >
        <Notices />
        <View />
      </Box>
    </Box>
  );
}
