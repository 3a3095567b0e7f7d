import type { LogLine } from '@xbundle/backend/contract';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useEffect, useState, type ReactElement } from 'react';
import { useAction } from '../client/use-action.ts';
import { CopyButton } from '../components/values/copy-button.tsx';
import { ErrorOf } from '../components/states/error-of.tsx';
import { Mono } from '../components/values/mono.tsx';
import { useText } from '../text/use-text.tsx';
import { stripAnsi } from './ansi.ts';

interface Props {
  readonly job: string;
  readonly line: LogLine | undefined;
  readonly onClose: () => void;
}

interface Part {
  readonly text: string;
  readonly next: number | undefined;
}

/** The whole of a long line, part by part. */
export function LineDialog({ job, line, onClose }: Props): ReactElement {
  const texts = useText();
  const [part, setPart] = useState<Part>({ text: '', next: 0 });
  const number = line?.number;
  const read = useAction(async (client, from: Part) => {
    if (number === undefined || from.next === undefined) return;
    const { text, next } = await client.jobLogLine({ id: job, number, offset: from.next });
    setPart({ text: `${from.text}${text}`, next });
  });
  useEffect(() => {
    const start: Part = { text: '', next: 0 };
    setPart(start);
    if (number !== undefined) void read.run(start);
    // Only another line starts anew.
  }, [number]);
  const text = stripAnsi(part.text);
  return (
    <Dialog open={line !== undefined} onClose={onClose} maxWidth="lg" fullWidth>
      <DialogTitle>{texts.job.log.lineTitle((number ?? 0) + 1)}</DialogTitle>
      <DialogContent dividers>
        <ErrorOf of={read} />
        <Mono text={text} sx={{ whiteSpace: 'pre-wrap' }} />
      </DialogContent>
      <DialogActions>
        {part.next !== undefined && (
          <Button disabled={read.isRunning} onClick={() => void read.run(part)}>
            {texts.common.more}
          </Button>
        )}
        <CopyButton text={text} what={texts.job.log.line} label={texts.common.copy} />
        <Button variant="contained" onClick={onClose}>
          {texts.common.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
