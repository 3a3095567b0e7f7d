import type { LintFinding, ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import type { Query } from '../../../client/use-query.ts';
import { useText } from '../../../text/use-text.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { LintRow } from './lint-row.tsx';

type Lint = ResponseOf<'lint'>;

interface Found {
  readonly file: string;
  readonly finding: LintFinding;
}

/** What the Dockerfiles say that will go wrong on a platform, each at its line; nothing for a folder without any. */
export function LintPanel({ query }: { readonly query: Query<Lint> }): ReactElement | null {
  const { build } = useText();
  const { value } = query;
  if (value?.read === 0) return null;
  const found = flatten(value);
  return (
    <ChecksPanel
      title={build.lintTitle}
      query={query}
      severities={found.map(({ finding }) => finding.severity)}
      good={build.lintGood(value?.read ?? 0)}
    >
      <Findings found={found} isCut={value?.cut === true} />
    </ChecksPanel>
  );
}

/** So many stand there at once: the first are the gravest. */
const FIRST = 3;

interface FindingsProps {
  readonly found: readonly Found[];
  readonly isCut: boolean;
}

function Findings({ found, isCut }: FindingsProps): ReactElement {
  const { build } = useText();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? found : found.slice(0, FIRST);
  return (
    <>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 }}>
        {shown.map(({ file, finding }, at) => (
          <LintRow key={`${file} ${finding.line} ${finding.rule} ${at}`} file={file} finding={finding} />
        ))}
      </Box>
      {found.length > FIRST && (
        <Button
          aria-expanded={isWhole}
          onClick={() => {
            setWhole(!isWhole);
          }}
          sx={{ mt: 1.5 }}
        >
          {isWhole ? build.lintFewer : build.lintAll(found.length)}
        </Button>
      )}
      {isCut && isWhole && (
        <Typography variant="body2" color="text.secondary">
          {build.lintCut}
        </Typography>
      )}
    </>
  );
}

const RANK: Readonly<Record<LintFinding['severity'], number>> = { error: 0, warning: 1, info: 2 };

/** The gravest first; in one file from its start. */
function flatten(value: Lint | undefined): readonly Found[] {
  return (value?.files ?? [])
    .flatMap(({ file, findings }) => findings.map((finding) => ({ file, finding })))
    .sort((one, other) => RANK[one.finding.severity] - RANK[other.finding.severity]);
}
