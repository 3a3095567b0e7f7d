import type { ReactElement } from 'react';
import { useChoosePath } from '../../components/fields/path-field.tsx';
import { usePlace } from '../../memory/place.tsx';
import { useText } from '../../text/use-text.tsx';

interface ProjectChooser {
  readonly ask: () => void;
  /** To be rendered where the chooser is used. */
  readonly dialog: ReactElement | undefined;
}

/** Asks for a folder, and goes to the plan of what is in it. */
export function useChooseProject(): ProjectChooser {
  const { common } = useText();
  const { go } = usePlace();
  const choose = useChoosePath();
  const ask = (): void => {
    choose.ask({ kind: 'folder', title: common.chooseFolder }, (project) => {
      go({ project, files: undefined });
    });
  };
  return { ask, dialog: choose.dialog };
}
