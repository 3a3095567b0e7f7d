import type { Finding } from '@xbundle/backend/contract';
import { Box, Button, Link, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { CommandLine } from '../../../components/values/command-line.tsx';
import { Explanation } from '../../../components/values/explanation.tsx';
import { Marked } from '../../../components/layout/marked.tsx';
import { JobStrip } from '../../job/job-strip.tsx';
import { useStartedJob } from '../../job/use-started-job.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { SEVERITY_LOOKS } from '../how-look.ts';

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
  const { build, explained } = useText();
  const { code, subject = '', severity, message, breaks, fix } = finding;
  const check = explained.checks[`${code} ${severity}`];
  return (
    <Marked component="li" look={SEVERITY_LOOKS[severity]} meaning={build.severities[severity]}>
      <Explanation rank="title" told={check?.what(printable(subject))} text={printable(message)}>
        <Typography component="span" variant="body2" color="text.secondary">
          {(build.checkTopics as Readonly<Record<string, string>>)[code]}
        </Typography>
      </Explanation>
      {breaks !== undefined && (
        <Explanation
          rank="note"
          label={build.breaks}
          told={check?.breaks?.(printable(subject))}
          text={printable(breaks)}
        />
      )}
      {fix !== undefined && (
        <FindingFix fix={fix} help={check?.help} topic={`${code} ${subject}`} onFixed={onFixed} />
      )}
    </Marked>
  );
}

interface FixProps {
  readonly fix: NonNullable<Finding['fix']>;
  /** In the reader's language. */
  readonly help: string | undefined;
  /** What tells this fix from others. */
  readonly topic: string;
  readonly onFixed: () => void;
}

function FindingFix({ fix, help, topic, onFixed }: FixProps): ReactElement {
  const { build, job: texts } = useText();
  const started = useStartedJob(`fix ${topic}`, onFixed);
  // What only the user can do is shown at once.
  const [isOpen, setOpen] = useState(fix.job === undefined);
  const request = fix.job;
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Explanation told={help} text={printable(fix.title)} />
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
          <Button variant="outlined" disabled={started.isBusy} onClick={() => void started.start(request)}>
            {build.fixNow}
          </Button>
        )}
      </Box>
      {isOpen &&
        fix.commands.map((command, at) => <CommandLine key={at} args={command} what={texts.command} />)}
      <JobStrip started={started} />
    </>
  );
}
