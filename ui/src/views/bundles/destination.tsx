import type { Forecast } from '@xbundle/backend/contract';
import { Alert, Box, Button, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { CheckField } from '../../components/fields/check-field.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { Icon } from '../../components/icon.tsx';
import { SaveField } from '../../components/fields/save-field.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';
import { toExportRequest, type ExportChoice } from './export-choice.ts';

interface Props {
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
  readonly forecast: Forecast | undefined;
}

type Flag = 'overwrite' | 'allowIncomplete';

/** Where the bundle is written, what may stand in the way, and the start. */
export function Destination({ choice, onChoice, forecast }: Props): ReactElement {
  const { bundles } = useText();
  const { go } = usePlace();
  const request = toExportRequest(choice);
  const start = useAction(async (client) => {
    if (request === undefined) return;
    const { id } = await client.startJob({ job: request });
    go({ bundleJob: id });
  });
  const box = (flag: Flag, label: string): ReactElement => (
    <CheckField
      label={label}
      checked={choice[flag]}
      onChange={(on) => {
        onChoice({ ...choice, [flag]: on });
      }}
    />
  );
  const isIncomplete = forecast?.complete === false;
  const isBlocked = isIncomplete && !choice.allowIncomplete;
  return (
    <Box sx={{ display: 'grid', gap: 1, pt: 0.5 }}>
      <SaveField
        label={bundles.file}
        value={choice.output}
        fallback="release.tar"
        onChange={(output) => {
          onChoice({ ...choice, output });
        }}
      />
      {box('overwrite', bundles.overwrite)}
      {isIncomplete && box('allowIncomplete', bundles.allowIncomplete)}
      {isBlocked && <Alert severity="warning">{bundles.missingHelp}</Alert>}
      <ErrorOf of={start} />
      <Button
        variant="contained"
        size="large"
        startIcon={<Icon name="download" />}
        disabled={request === undefined || isBlocked || start.isRunning}
        onClick={() => void start.run()}
      >
        {bundles.startExport}
      </Button>
      {forecast !== undefined && <WhatNext bytes={forecast.bytes} isNamed={choice.output !== ''} />}
    </Box>
  );
}

interface NextProps {
  readonly bytes: number;
  readonly isNamed: boolean;
}

/** What will be written, or what is still to be said. */
function WhatNext({ bytes, isNamed }: NextProps): ReactElement {
  const { bundles } = useText();
  return (
    <Typography variant="body2" color="text.secondary" role="status">
      {isNamed ? bundles.willWrite(formatBytes(bytes)) : bundles.fileMissing}
    </Typography>
  );
}
