import { Box, Typography } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from '../icon.tsx';

interface Props {
  /** A name of an icon, or a drawing. */
  readonly icon: IconName | ReactElement;
  readonly title: string;
  /** What would be here, and how it comes to be. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: Props): ReactElement {
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: 'column',
        alignItems: 'center',
        textAlign: 'center',
        gap: 1.5,
        px: 3,
        py: 6,
        color: 'text.secondary',
      }}
    >
      {typeof icon === 'string' ? <Icon name={icon} sx={{ fontSize: '2.5rem', opacity: 0.7 }} /> : icon}
      <Typography variant="h2" color="text.primary">
        {title}
      </Typography>
      <Box sx={{ maxWidth: '38rem', '& p': { m: 0 }, '& p + p': { mt: 1 } }}>{children}</Box>
      {action}
    </Box>
  );
}
