import type { ReactElement } from 'react';
import { usePlace } from '../../memory/place.tsx';
import { PlanPage } from './plan/plan-page.tsx';
import { RunPage } from './run/run-page.tsx';
import { StartPage } from './start/start-page.tsx';

/** The Build tab: a run that is looked at, else the plan of the project, else the way to choose one. */
export function BuildView(): ReactElement {
  const { place, go } = usePlace();
  const { project, build } = place;
  if (build !== undefined) {
    return (
      <RunPage
        id={build}
        onClose={() => {
          go({ build: undefined });
        }}
      />
    );
  }
  if (project === undefined) return <StartPage />;
  return <PlanPage key={project} directory={project} />;
}
