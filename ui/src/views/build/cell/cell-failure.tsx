import type { BuildCellReport } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Marked } from '../../../components/layout/marked.tsx';
import { SourceExcerpt } from '../../../components/values/source-excerpt.tsx';
import { Explanation } from '../../../components/values/explanation.tsx';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { STATE_LOOKS } from '../how-look.ts';
import { toldReason } from './told-reason.ts';

/** Why a cell is not there: the reason, what helps, and the lines of the Dockerfile. Nothing for other cells. */
export function CellFailure({ cell }: { readonly cell: BuildCellReport }): ReactElement | null {
  const { build, explained } = useText();
  const { state, reason, cause = '', suggestion, excerpt } = cell;
  if (reason === undefined || state === 'done' || state === 'cached' || state === 'building') return null;
  return (
    <Box sx={{ px: 2, py: 1.5, display: 'grid', gap: 1.5 }}>
      <Marked look={STATE_LOOKS[state]}>
        <div>
          <Typography variant="h3" component="h3">
            {state === 'blocked' ? build.whyBlocked : build.whyFailed}
          </Typography>
          <Explanation told={toldReason(cell, explained)} text={printable(reason)} />
        </div>
        {suggestion !== undefined && (
          <div>
            <Typography variant="h3" component="h3">
              {build.suggestion}
            </Typography>
            <Explanation told={explained.causes[cause]?.help} text={printable(suggestion)} />
          </div>
        )}
      </Marked>
      {excerpt !== undefined && <FailedLines excerpt={excerpt} />}
    </Box>
  );
}

function FailedLines({
  excerpt,
}: {
  readonly excerpt: NonNullable<BuildCellReport['excerpt']>;
}): ReactElement {
  const { build } = useText();
  const { file = 'Dockerfile', line, lines } = excerpt;
  return (
    <SourceExcerpt
      label={build.excerptLabel(printable(file))}
      title={line === undefined ? file : `${file}:${line}`}
      lines={lines}
    />
  );
}
