import { SvgIcon, type SvgIconProps } from '@mui/material';
import type { ReactElement } from 'react';

/** Drawn as lines on a 24 x 24 grid; each is one path. */
const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  warning: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.2',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.2',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2',
  play: 'M7 4.5v15l12-7.5z',
  stop: 'M6 6h12v12H6z',
  retry: 'M20 12a8 8 0 1 1-2.4-5.7M20 3v4.5h-4.5',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  folder: 'M3 6h6.5l2 2.5H21V19H3z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  up: 'M12 19V5M5.5 11.5L12 5l6.5 6.5',
  down: 'M12 5v14M5.5 12.5L12 19l6.5-6.5',
  chevron: 'M9 5.5l6.5 6.5L9 18.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  box: 'M12 3l8.5 4.7v8.6L12 21l-8.5-4.7V7.7zM3.5 7.7L12 12.4l8.5-4.7M12 12.4V21',
  layers: 'M12 3.5l9 4.8-9 4.8-9-4.8zM3 12.3l9 4.8 9-4.8M3 16.2l9 4.8 9-4.8',
  chip: 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
  emulated: 'M4 8h13l-3.5-3.5M20 16H7l3.5 3.5',
  blocked: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6',
  bolt: 'M13 3L5 13.5h6L10 21l8.5-11H12z',
  plus: 'M12 5v14M5 12h14',
  trash: 'M4.5 7h15M9 7V4h6v3M6.5 7l1 13h9l1-13',
  history: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5M12 8v4.3l3 1.7',
  shield: 'M12 3l7.5 2.8v5.4c0 4.6-3 7.9-7.5 9.8-4.5-1.9-7.5-5.2-7.5-9.8V5.8zM8.7 12l2.4 2.4 4.3-4.6',
  download: 'M12 4v11M6.5 10L12 15.5 17.5 10M4.5 20h15',
  upload: 'M12 15.5V4M6.5 9.5L12 4l5.5 5.5M4.5 20h15',
  server: 'M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5v.1M7.5 16.5v.1',
  compare: 'M8 4v16M16 4v16M4 8l4-4 4 4M12 16l4 4 4-4',
  dash: 'M6 12h12',
} as const;

export type IconName = keyof typeof PATHS;

interface Props extends Omit<SvgIconProps, 'children'> {
  readonly name: IconName;
}

/** A picture beside a text that says the same: it is hidden from screen readers. */
export function Icon({ name, ...rest }: Props): ReactElement {
  return (
    <SvgIcon fontSize="inherit" {...rest}>
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </SvgIcon>
  );
}
