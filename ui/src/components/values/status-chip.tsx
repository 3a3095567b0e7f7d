import { Box, CircularProgress } from '@mui/material';
import type { ReactElement } from 'react';
import { surface, type Tone } from '../../theme/tone.ts';
import { Icon, type IconName } from '../icon.tsx';

interface Props {
  readonly tone: Tone;
  readonly label: string;
  readonly icon?: IconName;
  readonly isBusy?: boolean;
}

/** A state in one word, with a picture and a colour that say the same. */
export function StatusChip({ tone, label, icon, isBusy = false }: Props): ReactElement {
  return (
    <Box
      component="span"
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        px: 1,
        py: 0.25,
        borderRadius: 4,
        fontSize: '0.75rem',
        fontWeight: 500,
        lineHeight: 1.5,
        whiteSpace: 'nowrap',
        color: `${tone}.main`,
        bgcolor: (theme) => surface(theme, tone),
      }}
    >
      {isBusy ? (
        <CircularProgress size="0.75rem" color="inherit" aria-hidden />
      ) : (
        icon && <Icon name={icon} />
      )}
      {label}
    </Box>
  );
}
