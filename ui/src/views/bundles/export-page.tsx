import { Alert, Box, Button } from '@mui/material';
import { useEffect, type ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { useQuery } from '../../client/use-query.ts';
import { CheckField } from '../../components/check-field.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon } from '../../components/icon.tsx';
import { SaveField } from '../../components/save-field.tsx';
import { StepPanel } from '../../components/step-panel.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import {
  exportChoiceSchema,
  FIRST_EXPORT,
  toExportRequest,
  toForecastRequest,
  type ExportChoice,
} from './export-choice.ts';
import { ExportImages } from './export-images.tsx';
import { ForecastView } from './forecast-view.tsx';

/** From images to a file: choose, see what it comes to, say where. */
export function ExportPage(): ReactElement {
  const { bundles } = useText();
  const [choice, setChoice] = useRemembered('export', exportChoiceSchema, FIRST_EXPORT);
  useHandedOver(choice, setChoice);
  const request = useDebounced(toForecastRequest(choice));
  const forecast = useQuery(request && `forecast ${JSON.stringify(request)}`, (client, signal) => {
    if (request === undefined) throw new Error('nothing is chosen');
    return client.forecast(request, { signal });
  });
  return (
    <>
      <StepPanel number={1} title={bundles.step.images}>
        <ExportImages choice={choice} onChoice={setChoice} />
      </StepPanel>
      <StepPanel number={2} title={bundles.step.forecast}>
        <ForecastView query={forecast} isAsked={request !== undefined} />
      </StepPanel>
      <StepPanel number={3} title={bundles.step.destination}>
        <Destination choice={choice} onChoice={setChoice} isIncomplete={forecast.value?.complete === false} />
      </StepPanel>
    </>
  );
}

/** Images and platforms that another tab asked to export: they are taken over once. */
function useHandedOver(choice: ExportChoice, onChoice: (choice: ExportChoice) => void): void {
  const { place, go } = usePlace();
  const { exportImages, exportPlatforms } = place;
  useEffect(() => {
    if (exportImages === undefined) return;
    onChoice({
      ...choice,
      images: exportImages,
      definition: '',
      platforms: exportPlatforms ?? [],
    });
    go({ exportImages: undefined, exportPlatforms: undefined });
  }, [exportImages, exportPlatforms, choice, onChoice, go]);
}

interface DestinationProps {
  readonly choice: ExportChoice;
  readonly onChoice: (choice: ExportChoice) => void;
  readonly isIncomplete: boolean;
}

type Flag = 'overwrite' | 'allowIncomplete';

function Destination({ choice, onChoice, isIncomplete }: DestinationProps): ReactElement {
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
  const isBlocked = isIncomplete && !choice.allowIncomplete;
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <SaveField
        label={bundles.file}
        value={choice.output}
        fallback="release.tar"
        onChange={(output) => {
          onChoice({ ...choice, output });
        }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 3 }}>
        {box('overwrite', bundles.overwrite)}
        {isIncomplete && box('allowIncomplete', bundles.allowIncomplete)}
      </Box>
      {isBlocked && <Alert severity="warning">{bundles.missingHelp}</Alert>}
      {start.error !== undefined && <ErrorNotice error={start.error} />}
      <Button
        variant="contained"
        size="medium"
        sx={{ justifySelf: 'end' }}
        startIcon={<Icon name="download" />}
        disabled={request === undefined || isBlocked || start.isRunning}
        onClick={() => void start.run()}
      >
        {bundles.startExport}
      </Button>
    </Box>
  );
}
