import type { BuildEvent } from './build-model.ts';

/**
 * An event without what other events tell: the lines that its step has said so far, and unless it is of these, how far
 * the step's parts are. Sent as it is, each line of a log would bring 200 others along.
 */
export function briefEvent(event: BuildEvent): BuildEvent {
  if (!('step' in event)) return event;
  const progress = event.type === 'progress' ? event.step.progress : [];
  return { ...event, step: { ...event.step, log: [], progress } };
}
