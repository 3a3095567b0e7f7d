import type { ReactElement } from 'react';
import { Page } from '../../components/layout/page.tsx';
import { Parted } from '../../components/layout/parted.tsx';
import { usePlace, type Place } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { TransferPage } from '../job/transfer-page.tsx';
import { ExportPage } from './export-page.tsx';
import { ImportPage } from './import-page.tsx';
import { OpenPage } from './open-page.tsx';
import { OverviewPage } from './overview-page.tsx';

type PartName = NonNullable<Place['bundlePart']>;

const PARTS: readonly PartName[] = ['start', 'export', 'open', 'import'];

const PAGES: Readonly<Record<PartName, () => ReactElement>> = {
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
  const Part = PAGES[part];
  return (
    <Page>
      <Parted
        value={part}
        parts={PARTS.map((name) => [name, bundles.parts[name]] as const)}
        onChange={(next) => {
          go({ bundlePart: next, bundleJob: undefined });
        }}
        label={bundles.partsLabel}
        panel="bundle-part"
      >
        {place.bundleJob === undefined || part === 'start' ? (
          <Part />
        ) : (
          <TransferPage
            id={place.bundleJob}
            onClose={() => {
              go({ bundleJob: undefined });
            }}
          />
        )}
      </Parted>
    </Page>
  );
}
