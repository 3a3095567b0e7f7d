import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { printable } from '../../format/printable.ts';
import { Icon } from '../icon.tsx';

export interface TaggedPlatform {
  readonly platform: string;
  /** Why it is not there as it should be. */
  readonly lack?: string | undefined;
}

interface Props {
  readonly platforms: readonly TaggedPlatform[];
  /** Instead of the tags, where there is none. */
  readonly none?: ReactNode;
}

/** Platforms as small tags; one that lacks something is marked, in colour, shape and words. */
export function PlatformTags({ platforms, none }: Props): ReactElement {
  return (
    <Box sx={{ display: 'flex', gap: 0.75, flexWrap: 'wrap' }}>
      {platforms.map(({ platform, lack }) => (
        <Box
          key={platform}
          component="span"
          title={lack}
          sx={{
            display: 'inline-flex',
            alignItems: 'center',
            gap: 0.5,
            px: 0.75,
            borderRadius: 0.5,
            fontSize: '0.75rem',
            whiteSpace: 'nowrap',
            border: 1,
            borderStyle: lack === undefined ? 'solid' : 'dashed',
            borderColor: lack === undefined ? 'divider' : 'warning.main',
            color: lack === undefined ? 'text.primary' : 'warning.main',
          }}
        >
          {lack !== undefined && <Icon name="warning" titleAccess={lack} />}
          {printable(platform)}
        </Box>
      ))}
      {platforms.length === 0 && none}
    </Box>
  );
}
