import type { BuildCellState, BuildHow } from '@xbundle/backend/contract';
import type { Look } from '../../components/look.ts';

export const HOW_LOOKS: Readonly<Record<BuildHow, Look>> = {
  native: { icon: 'chip', tone: 'success' },
  'other-node': { icon: 'server', tone: 'success' },
  cross: { icon: 'bolt', tone: 'info' },
  emulated: { icon: 'emulated', tone: 'warning' },
  impossible: { icon: 'blocked', tone: 'error' },
  unknown: { icon: 'info', tone: 'secondary' },
};

/** Of what checks find; `ok` is told where all of it is listed. */
export const SEVERITY_LOOKS = {
  error: { icon: 'cross', tone: 'error' },
  warning: { icon: 'warning', tone: 'warning' },
  info: { icon: 'info', tone: 'info' },
  ok: { icon: 'check', tone: 'success' },
} as const satisfies Readonly<Record<string, Look>>;

export const STATE_LOOKS: Readonly<Record<BuildCellState, Look>> = {
  queued: { icon: 'clock', tone: 'secondary' },
  building: { icon: 'play', tone: 'primary' },
  cached: { icon: 'bolt', tone: 'success' },
  done: { icon: 'check', tone: 'success' },
  failed: { icon: 'cross', tone: 'error' },
  blocked: { icon: 'blocked', tone: 'warning' },
  cancelled: { icon: 'stop', tone: 'secondary' },
  impossible: { icon: 'blocked', tone: 'error' },
};
