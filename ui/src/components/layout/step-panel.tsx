import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { Panel } from './panel.tsx';

interface Props {
  readonly number: number;
  readonly title: string;
  readonly children: ReactNode;
}

/** One step of a wizard; all steps are on one page, so that none hides what another needs. */
export function StepPanel({ number, title, children }: Props): ReactElement {
  return (
    <Panel
      title={
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.25 }}>
          <Box
            component="span"
            sx={{
              width: '1.5rem',
              height: '1.5rem',
              borderRadius: '50%',
              display: 'grid',
              placeItems: 'center',
              fontSize: '0.75rem',
              color: 'primary.main',
              border: 1,
            }}
          >
            {number}
          </Box>
          {title}
        </Box>
      }
    >
      {children}
    </Panel>
  );
}
