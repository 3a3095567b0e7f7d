import type { BuildCellReport } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/mono.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { STATE_LOOKS } from './how-look.ts';

/** Why a cell is not there: the reason, what helps, and the lines of the Dockerfile. Nothing for other cells. */
export function CellFailure({ cell }: { readonly cell: BuildCellReport }): ReactElement | null {
  const { build } = useText();
  const { state, reason, suggestion, excerpt } = cell;
  if (reason === undefined || state === 'done' || state === 'cached' || state === 'building') return null;
  const { icon, tone } = STATE_LOOKS[state];
  return (
    <Box sx={{ px: 2, py: 1.5, display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
      <Box
        sx={{
          flex: '1 1 20rem',
          display: 'grid',
          gridTemplateColumns: 'auto 1fr',
          columnGap: 1.25,
          alignContent: 'start',
        }}
      >
        <Icon name={icon} sx={{ color: `${tone}.main`, fontSize: '1.15rem', mt: 0.25 }} />
        <Box>
          <Typography variant="h3" component="h3">
            {state === 'blocked' ? build.whyBlocked : build.whyFailed}
          </Typography>
          <Typography sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {printable(reason)}
          </Typography>
          {suggestion !== undefined && (
            <>
              <Typography variant="h3" component="h3" sx={{ mt: 1 }}>
                {build.suggestion}
              </Typography>
              <Typography sx={{ overflowWrap: 'anywhere' }}>{printable(suggestion)}</Typography>
            </>
          )}
        </Box>
      </Box>
      {excerpt !== undefined && <Excerpt excerpt={excerpt} />}
    </Box>
  );
}

type ErrorExcerpt = NonNullable<BuildCellReport['excerpt']>;

function Excerpt({ excerpt }: { readonly excerpt: ErrorExcerpt }): ReactElement {
  const { build } = useText();
  const file = excerpt.file ?? 'Dockerfile';
  return (
    <Box
      component="figure"
      aria-label={build.excerptLabel(printable(file))}
      sx={{
        m: 0,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        overflow: 'hidden',
        flex: '1 1 24rem',
        minWidth: 0,
      }}
    >
      <Box component="figcaption" sx={{ px: 1.5, py: 0.5, bgcolor: 'action.hover', fontSize: '0.75rem' }}>
        <Mono text={excerpt.line === undefined ? file : `${file}:${excerpt.line}`} />
      </Box>
      <Box sx={{ overflow: 'auto', maxHeight: '10rem', py: 0.5, fontSize: '0.8125rem' }} tabIndex={0}>
        {excerpt.lines.map(({ number, text, failed }) => (
          <Box
            key={number}
            sx={{
              display: 'flex',
              gap: 1.5,
              px: 1.5,
              whiteSpace: 'pre',
              ...(failed && {
                bgcolor: (theme) => `color-mix(in srgb, ${theme.palette.error.main} 14%, transparent)`,
                boxShadow: (theme) => `inset 0.1875rem 0 ${theme.palette.error.main}`,
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
