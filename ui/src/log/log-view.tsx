import type { LogLine } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../client/use-action.ts';
import { useText } from '../text/use-text.tsx';
import { copyText } from '../components/copy-text.ts';
import { Icon } from '../components/icon.tsx';
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

/** A log to read, search and copy. */
export function LogView({ job, cell, total, isRunning, label }: Props): ReactElement {
  const texts = useText();
  const pages = useLogPages({ job, cell });
  const [search, setSearch] = useState({ text: '', at: 0 });
  const found = useLogSearch({ job, cell }, search.text);
  const [isFollowing, setFollowing] = useState(true);
  const [openLine, setOpenLine] = useState<LogLine>();
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, flex: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 1.5, py: 0.75, flexWrap: 'wrap' }}>
        <LogSearchBar
          found={found}
          search={search}
          onSearch={(next) => {
            setSearch(next);
            setFollowing(false);
          }}
        />
        <Box sx={{ flex: 1 }} />
        <CopyLog job={job} cell={cell} total={total} />
        {isRunning && (
          <Button
            startIcon={<Icon name="down" />}
            disabled={isFollowing}
            onClick={() => {
              setFollowing(true);
            }}
          >
            {texts.job.log.follow}
          </Button>
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
          isFollowing={isFollowing}
          onFollow={setFollowing}
          target={found.matches[search.at]}
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

interface CopyProps extends LogOf {
  readonly total: number;
}

function CopyLog({ job, cell, total }: CopyProps): ReactElement {
  const texts = useText().job.log;
  const [isCopied, setCopied] = useState(false);
  const copy = useAction(async (client) => {
    setCopied(await copyText(await readLogText(client, { job, cell }, total)));
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
    </>
  );
}
