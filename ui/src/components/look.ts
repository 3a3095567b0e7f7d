import type { Tone } from '../theme/tone.ts';
import type { IconName } from './icon.tsx';

/** How a state is shown beside its word. */
export interface Look {
  readonly icon: IconName;
  readonly tone: Tone;
}
