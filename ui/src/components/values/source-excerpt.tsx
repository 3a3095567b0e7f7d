import type { SourceLine } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { mix } from '../../theme/tone.ts';
import { Mono } from './mono.tsx';

interface Props {
  /** What is shown, for screen readers. */
  readonly label: string;
  /** The file and the line. */
  readonly title: string;
  readonly lines: readonly SourceLine[];
  readonly tone?: 'error' | 'warning' | 'info';
}

/** Lines of a file, those that matter in colour. */
export function SourceExcerpt({ label, title, lines, tone = 'error' }: Props): ReactElement {
  return (
    <Box
      component="figure"
      aria-label={label}
      sx={{ m: 0, border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'hidden', minWidth: 0 }}
    >
      <Box component="figcaption" sx={{ px: 1.5, py: 0.5, bgcolor: 'action.hover', fontSize: '0.75rem' }}>
        <Mono text={title} />
      </Box>
      <Box sx={{ overflow: 'auto', maxHeight: '12rem', py: 0.5, fontSize: '0.8125rem' }} tabIndex={0}>
        {lines.map(({ number, text, failed }) => (
          <Box
            key={number}
            sx={{
              display: 'flex',
              gap: 1.5,
              px: 1.5,
              width: 'max-content',
              minWidth: '100%',
              whiteSpace: 'pre',
              ...(failed && {
                bgcolor: (theme) => mix(theme, tone, 14),
                boxShadow: (theme) => `inset 0.1875rem 0 ${theme.palette[tone].main}`,
              }),
            }}
          >
            <Mono
              text={String(number)}
              sx={{ color: 'text.secondary', minWidth: '2rem', textAlign: 'right', userSelect: 'none' }}
            />
            <Mono text={text.replaceAll('\t', '    ')} sx={{ whiteSpace: 'pre' }} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}
