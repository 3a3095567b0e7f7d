import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { PartTabs } from '../../components/part-tabs.tsx';
import { usePlace, type Place } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { TransferPage } from '../job/transfer-page.tsx';
import { ExportPage } from './export-page.tsx';
import { ImportPage } from './import-page.tsx';
import { OpenPage } from './open-page.tsx';
import { OverviewPage } from './overview-page.tsx';

type Part = NonNullable<Place['bundlePart']>;

const PARTS: readonly Part[] = ['start', 'export', 'open', 'import'];

const PAGES: Readonly<Record<Part, () => ReactElement>> = {
  start: OverviewPage,
  export: ExportPage,
  open: OpenPage,
  import: ImportPage,
};

/** The Bundles tab: what can be done with bundles, each on its own page; a job that was started takes its place. */
export function BundlesView(): ReactElement {
  const { bundles } = useText();
  const { place, go } = usePlace();
  const part = place.bundlePart ?? 'start';
  const Page = PAGES[part];
  return (
    <Box sx={{ maxWidth: '84rem', mx: 'auto', display: 'grid', gap: 2, minWidth: 0 }}>
      <PartTabs
        value={part}
        parts={PARTS.map((name) => [name, bundles.parts[name]] as const)}
        onChange={(next) => {
          go({ bundlePart: next, bundleJob: undefined });
        }}
        label={bundles.partsLabel}
        panel="bundle-part"
      />
      <Box
        id="bundle-part"
        role="tabpanel"
        aria-label={bundles.parts[part]}
        sx={{ display: 'grid', gap: 2, minWidth: 0 }}
      >
        {place.bundleJob === undefined || part === 'start' ? (
          <Page />
        ) : (
          <TransferPage
            id={place.bundleJob}
            onClose={() => {
              go({ bundleJob: undefined });
            }}
          />
        )}
      </Box>
    </Box>
  );
}
