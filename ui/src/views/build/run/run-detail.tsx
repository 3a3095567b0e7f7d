import { hasEnded, type BuildCellReport, type Job } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { CommandLine } from '../../../components/values/command-line.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { PartTabs } from '../../../components/layout/part-tabs.tsx';
import { useText } from '../../../text/use-text.tsx';
import { LogView } from '../../../log/log-view.tsx';
import { NoteList } from '../../job/note-list.tsx';
import { CellFacts } from '../cell/cell-facts.tsx';
import { CellFailure } from '../cell/cell-failure.tsx';
import { cellTitle } from '../cell/cell-title.ts';
import { TimelinePicture } from '../timeline/timeline-picture.tsx';

export const RUN_PARTS = ['cell', 'timeline', 'log', 'notes'] as const;
export type RunPart = (typeof RUN_PARTS)[number];

interface Props {
  readonly job: Job;
  readonly cell: BuildCellReport | undefined;
  readonly now: number;
  readonly part: RunPart;
  readonly onPart: (part: RunPart) => void;
  readonly onChoose: (cell: string) => void;
}

/** Below the matrix: the log of the chosen cell, when what was built where, and the job's own words. */
export function RunDetail({ job, cell, now, part, onPart, onChoose }: Props): ReactElement {
  const { build, job: texts } = useText();
  const parts = [
    ['cell', cell === undefined ? build.cellLog : cellTitle(cell)],
    ['timeline', build.timeline],
    ['log', build.wholeLog],
    ['notes', texts.notes],
  ] as const;
  const panel = `run-${job.id}`;
  return (
    <Panel flush sx={{ minHeight: 0 }}>
      <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
        <PartTabs value={part} parts={parts} onChange={onPart} label={texts.partsLabel} panel={panel} />
        <Box
          role="tabpanel"
          id={panel}
          aria-labelledby={`${panel}-${part}`}
          sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', overflow: 'auto' }}
        >
          {part === 'cell' && <CellPart job={job} cell={cell} now={now} />}
          {part === 'timeline' && (
            <TimelinePicture cells={job.cells} now={now} chosen={cell?.id} onChoose={onChoose} />
          )}
          {part === 'log' && (
            <LogView
              job={job.id}
              total={job.logLines}
              isRunning={!hasEnded(job.state)}
              label={texts.log.whole}
            />
          )}
          {part === 'notes' && (
            <Box sx={{ p: 2, display: 'grid', gap: 2 }}>
              <NoteList notes={job.notes} />
              <Typography variant="h3">{texts.commandTitle}</Typography>
              <CommandLine args={job.command} what={texts.command} />
            </Box>
          )}
        </Box>
      </Box>
    </Panel>
  );
}

type CellProps = Pick<Props, 'job' | 'cell' | 'now'>;

function CellPart({ job, cell, now }: CellProps): ReactElement {
  const { build, job: texts } = useText();
  if (cell === undefined) {
    return (
      <Typography color="text.secondary" sx={{ p: 4, textAlign: 'center' }}>
        {build.chooseCell}
      </Typography>
    );
  }
  return (
    <>
      <CellFacts job={job} cell={cell} now={now} />
      <CellFailure cell={cell} />
      <Box sx={{ flex: 1, minHeight: '12rem', display: 'flex' }}>
        <LogView
          key={cell.id}
          job={job.id}
          cell={cell.id}
          total={cell.logLines}
          isRunning={cell.state === 'building'}
          label={texts.log.ofCell(cellTitle(cell))}
        />
      </Box>
    </>
  );
}
