import type { Finding, JobRequestInput } from '@xbundle/backend/contract';
import { Box, Button, Link, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { JobStrip } from '../job/job-strip.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';

const LOOKS: Readonly<Record<Finding['severity'], { readonly icon: IconName; readonly color: string }>> = {
  error: { icon: 'cross', color: 'error.main' },
  warning: { icon: 'warning', color: 'warning.main' },
  ok: { icon: 'check', color: 'success.main' },
};

interface Props {
  readonly findings: readonly Finding[];
  /** A fix has gone through. */
  readonly onFixed: () => void;
}

/** What stands in the way, worst first, each with what mends it. */
export function Findings({ findings, onFixed }: Props): ReactElement {
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}>
      {findings.map((finding, at) => (
        <FindingRow key={`${finding.code} ${at}`} finding={finding} onFixed={onFixed} />
      ))}
    </Box>
  );
}

function FindingRow({
  finding,
  onFixed,
}: {
  readonly finding: Finding;
  readonly onFixed: () => void;
}): ReactElement {
  const { build } = useText();
  const { severity, message, breaks, fix } = finding;
  const { icon, color } = LOOKS[severity];
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 1.25 }}>
      <Icon
        name={icon}
        sx={{ color, fontSize: '1.15rem', mt: 0.25 }}
        titleAccess={build.severities[severity]}
      />
      <Box sx={{ minWidth: 0, display: 'grid', gap: 0.75 }}>
        <Typography sx={{ overflowWrap: 'anywhere' }}>
          <strong>{printable(message)}</strong>
          {breaks !== undefined && ` ${printable(breaks)}`}
        </Typography>
        {fix !== undefined && <FindingFix fix={fix} onFixed={onFixed} />}
      </Box>
    </Box>
  );
}

interface FixProps {
  readonly fix: NonNullable<Finding['fix']>;
  readonly onFixed: () => void;
}

function FindingFix({ fix, onFixed }: FixProps): ReactElement {
  const { build, job: texts } = useText();
  const [job, setJob] = useState<string>();
  // What only the user can do is shown at once.
  const [isOpen, setOpen] = useState(fix.job === undefined);
  const start = useAction(async (client, request: JobRequestInput) => {
    const { id } = await client.startJob({ job: request });
    setJob(id);
  });
  const request = fix.job;
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography color="text.secondary">{printable(fix.title)}</Typography>
        {fix.commands.length > 0 && (
          <Link
            component="button"
            variant="body2"
            aria-expanded={isOpen}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            {texts.showCommand}
          </Link>
        )}
        {request !== undefined && (
          <Button
            variant="outlined"
            disabled={start.isRunning || job !== undefined}
            onClick={() => void start.run(request)}
          >
            {build.fixNow}
          </Button>
        )}
      </Box>
      {isOpen &&
        fix.commands.map((command, at) => <CommandLine key={at} args={command} what={texts.command} />)}
      {start.error !== undefined && <ErrorNotice error={start.error} />}
      {job !== undefined && <JobStrip id={job} onDone={onFixed} />}
    </>
  );
}
