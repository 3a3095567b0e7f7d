import type { Job } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { formatTime } from '../../format/time.ts';
import { printable } from '../../format/printable.ts';
import { toldText } from '../../text/told-text.ts';
import { useLanguage, useText } from '../../text/use-text.tsx';

export function NoteList({ notes }: { readonly notes: Job['notes'] }): ReactElement {
  const { job, explained } = useText();
  const language = useLanguage();
  if (notes.length === 0) return <Typography color="text.secondary">{job.noNotes}</Typography>;
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.5 }}>
      {notes.map(({ time, level, ...note }, at) => (
        <Box component="li" key={at} sx={{ display: 'flex', gap: 1.25, alignItems: 'baseline' }}>
          <Icon
            name={level}
            sx={{ color: level === 'warning' ? 'warning.main' : 'info.main', alignSelf: 'center' }}
          />
          <Typography variant="body2" color="text.secondary">
            {formatTime(time, language)}
          </Typography>
          <Typography sx={{ overflowWrap: 'anywhere' }}>{printable(toldText(note, explained))}</Typography>
        </Box>
      ))}
    </Box>
  );
}
