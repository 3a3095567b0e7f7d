import type { Job, JobEvent } from '@xbundle/backend/contract';

const NOTES_KEPT = 200;

/** The job after an event. Every event is whole, so that applying one twice changes nothing. */
export function applyEvent(job: Job, event: JobEvent): Job {
  switch (event.type) {
    case 'job':
      return { ...job, ...event.job };
    case 'progress':
      return { ...job, progress: event.progress };
    case 'cell': {
      const known = job.cells.some(({ id }) => id === event.cell.id);
      const cells = job.cells.map((cell) => (cell.id === event.cell.id ? event.cell : cell));
      return { ...job, cells: known ? cells : [...cells, event.cell] };
    }
    case 'note':
      return { ...job, notes: [...job.notes, event.note].slice(-NOTES_KEPT) };
    case 'log':
      return grown(job, event);
  }
}

function grown(job: Job, { lines, cell: own }: Extract<JobEvent, { type: 'log' }>): Job {
  const logLines = Math.max(job.logLines, lines);
  if (own === undefined) return { ...job, logLines };
  const cells = job.cells.map((cell) =>
    cell.id === own.id ? { ...cell, logLines: Math.max(cell.logLines, own.lines) } : cell,
  );
  return { ...job, logLines, cells };
}

export interface NumberedEvent {
  readonly cursor: number;
  readonly event: JobEvent;
}

/** Applies what the job does not have yet. */
export function applyEvents(job: Job, events: readonly NumberedEvent[], cursor: number): Job {
  const news = events.filter((each) => each.cursor > job.cursor);
  const next = news.reduce((before, { event }) => applyEvent(before, event), job);
  return { ...next, cursor: Math.max(job.cursor, cursor) };
}
