import { useEffect, type ReactElement } from 'react';
import { useQuery } from '../../client/use-query.ts';
import { Beside } from '../../components/layout/beside.tsx';
import { StepPanel } from '../../components/layout/step-panel.tsx';
import { useDebounced } from '../../components/fields/use-debounced.ts';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { exportChoiceSchema, FIRST_EXPORT, toForecastRequest, type ExportChoice } from './export-choice.ts';
import { Destination } from './destination.tsx';
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
    <Beside
      aside={
        <StepPanel number={3} title={bundles.step.destination}>
          <Destination choice={choice} onChoice={setChoice} forecast={forecast.value} />
        </StepPanel>
      }
    >
      <StepPanel number={1} title={bundles.step.images}>
        <ExportImages choice={choice} onChoice={setChoice} />
      </StepPanel>
      <StepPanel number={2} title={bundles.step.forecast}>
        <ForecastView query={forecast} isAsked={request !== undefined} />
      </StepPanel>
    </Beside>
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
