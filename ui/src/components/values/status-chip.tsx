import { Box, CircularProgress } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon, type IconName } from '../icon.tsx';

export type StatusTone = 'success' | 'warning' | 'error' | 'info' | 'primary' | 'secondary';

interface Props {
  readonly tone: StatusTone;
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
        bgcolor: (theme) =>
          `color-mix(in srgb, ${theme.palette[tone].main} ${theme.palette.mode === 'dark' ? 16 : 9}%, transparent)`,
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
