import { Box, Collapse, Link } from '@mui/material';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Icon } from '../icon.tsx';

interface Props {
  readonly label: string;
  readonly children: ReactNode;
  readonly isOpenFirst?: boolean;
}

/** What only some want to see: shown when it is asked for. */
export function Disclosure({ label, children, isOpenFirst = false }: Props): ReactElement {
  const [isOpen, setOpen] = useState(isOpenFirst);
  return (
    <Box sx={{ display: 'grid', gap: 0.5, minWidth: 0 }}>
      <Link
        component="button"
        type="button"
        variant="body2"
        underline="hover"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
        sx={{ justifySelf: 'start', display: 'inline-flex', alignItems: 'center', gap: 0.5, py: 0.25 }}
      >
        <Icon
          name="chevron"
          sx={{
            fontSize: '0.75rem',
            transform: isOpen ? 'rotate(90deg)' : 'none',
            transition: 'transform 120ms',
          }}
        />
        {label}
      </Link>
      <Collapse in={isOpen} unmountOnExit>
        {children}
      </Collapse>
    </Box>
  );
}
