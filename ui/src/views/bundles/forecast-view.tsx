import type { Forecast } from '@xbundle/backend/contract';
import { Alert, Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import type { Query } from '../../client/use-query.ts';
import { CellMatrix } from '../../components/tables/cell-matrix.tsx';
import { PartBar, type BarPart } from '../../components/values/part-bar.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  readonly query: Query<Forecast>;
  /** Whether anything is chosen to be forecast. */
  readonly isAsked: boolean;
}

/** What an export would write, before anything is fetched. */
export function ForecastView({ query, isAsked }: Props): ReactElement {
  const { bundles } = useText();
  if (!isAsked) return <Typography color="text.secondary">{bundles.forecastEmpty}</Typography>;
  return <Queried query={query}>{(forecast) => <ForecastFacts forecast={forecast} />}</Queried>;
}

function ForecastFacts({ forecast }: { readonly forecast: Forecast }): ReactElement {
  const { bundles } = useText();
  const { cells, bytes, sharedBytes = 0, exact, complete } = forecast;
  const present = cells.filter(({ state }) => state === 'present').length;
  const size = (exact ? bundles.forecastSize : bundles.forecastAbout)(formatBytes(bytes));
  const written: BarPart = {
    label: `${formatBytes(bytes)} ${bundles.written}`,
    value: bytes,
    tone: 'primary',
  };
  const saved: BarPart = {
    label: `${formatBytes(sharedBytes)} ${bundles.saved}`,
    value: sharedBytes,
    tone: 'secondary',
    look: 'hollow',
  };
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Typography>
        <strong>{size}.</strong> {bundles.forecastCells(present, cells.length)}.
      </Typography>
      {sharedBytes > 0 && (
        <PartBar
          label={bundles.pictureLabel(formatBytes(bytes), formatBytes(sharedBytes))}
          parts={[written, saved]}
        />
      )}
      {!complete && <Alert severity="warning">{bundles.missing(cells.length - present)}.</Alert>}
      <Box
        sx={{ overflow: 'auto', maxHeight: '22rem', mx: -2 }}
        tabIndex={0}
        role="group"
        aria-label={bundles.cellsTitle}
      >
        <CellMatrix cells={cells} />
      </Box>
    </Box>
  );
}
