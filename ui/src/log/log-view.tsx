import type { LogLine } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../client/use-action.ts';
import { useText } from '../text/use-text.tsx';
import { z } from 'zod';
import { copyText } from '../components/values/copy-text.ts';
import { Icon } from '../components/icon.tsx';
import { ErrorOf } from '../components/states/error-of.tsx';
import { useRemembered } from '../memory/use-remembered.ts';
import { readLogText } from './copy-log.ts';
import { LineDialog } from './line-dialog.tsx';
import { LogList } from './log-list.tsx';
import { LogSearchBar } from './log-search-bar.tsx';
import { useLogPages, type LogOf } from './use-log-pages.ts';
import { useLogSearch } from './use-log-search.ts';

interface Props extends LogOf {
  readonly total: number;
  readonly isRunning: boolean;
  readonly label: string;
}

/** What is remembered of reading it: `middle` is the line in the middle, and absent where the end is followed. */
const readSchema = z.object({ text: z.string(), at: z.number(), middle: z.number().exactOptional() });
type Read = z.infer<typeof readSchema>;

/** A log to read, search and copy; it is opened again as it was left. */
export function LogView({ job, cell, total, isRunning, label }: Props): ReactElement {
  const texts = useText();
  const pages = useLogPages({ job, cell });
  const [read, setRead] = useRemembered<Read>(`log ${job} ${cell ?? ''}`, readSchema, { text: '', at: 0 });
  // A search that was left long ago does not move who opens the log again.
  const [isSought, setSought] = useState(false);
  const found = useLogSearch({ job, cell }, read.text);
  const match = found.matches[read.at];
  const onMiddle = (middle: number | undefined): void => {
    const { text, at } = read;
    setRead({ text, at, ...(middle !== undefined && { middle }) });
  };
  const [openLine, setOpenLine] = useState<LogLine>();
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, flex: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 1.5, py: 0.75, flexWrap: 'wrap' }}>
        <LogSearchBar
          found={found}
          search={read}
          onSearch={(next) => {
            setRead({ ...read, ...next });
            setSought(true);
          }}
        />
        <Box sx={{ flex: 1 }} />
        <CopyLog job={job} cell={cell} total={total} />
        {isRunning && (
          <Follow
            isFollowing={read.middle === undefined}
            onFollow={() => {
              onMiddle(undefined);
            }}
          />
        )}
      </Box>
      {total === 0 ? (
        <Typography sx={{ p: 3, textAlign: 'center' }} color="text.secondary">
          {isRunning ? texts.job.log.notYet : texts.job.log.empty}
        </Typography>
      ) : (
        <LogList
          pages={pages}
          total={total}
          label={label}
          reading={{ middle: read.middle, onMiddle, target: isSought ? match : undefined }}
          match={match}
          onOpenLine={setOpenLine}
        />
      )}
      <LineDialog
        job={job}
        line={openLine}
        onClose={() => {
          setOpenLine(undefined);
        }}
      />
    </Box>
  );
}

interface FollowProps {
  readonly isFollowing: boolean;
  readonly onFollow: () => void;
}

function Follow({ isFollowing, onFollow }: FollowProps): ReactElement {
  const { job } = useText();
  return (
    <Button startIcon={<Icon name="down" />} disabled={isFollowing} onClick={onFollow}>
      {job.log.follow}
    </Button>
  );
}

interface CopyProps extends LogOf {
  readonly total: number;
}

function CopyLog({ job, cell, total }: CopyProps): ReactElement {
  const texts = useText().job.log;
  const [isCopied, setCopied] = useState(false);
  const copy = useAction(async (client) => {
    setCopied(await copyText(await readLogText(client, { job, cell, total }, texts)));
  });
  return (
    <>
      <Typography variant="body2" color="text.secondary" role="status">
        {isCopied ? texts.copied : texts.lines(total)}
      </Typography>
      <Button
        startIcon={<Icon name="copy" />}
        disabled={total === 0 || copy.isRunning}
        onClick={() => void copy.run()}
      >
        {texts.copyAll}
      </Button>
      <ErrorOf of={copy} />
    </>
  );
}
