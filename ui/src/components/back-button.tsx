import { Button } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

interface Props {
  readonly label: string;
  readonly onClick: () => void;
}

/** To the page that this one was opened from. */
export function BackButton({ label, onClick }: Props): ReactElement {
  return (
    <Button startIcon={<Icon name="chevron" sx={{ transform: 'scaleX(-1)' }} />} onClick={onClick}>
      {label}
    </Button>
  );
}
