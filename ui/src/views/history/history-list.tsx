import { JOB_KINDS, jobStateSchema, type JobSummary, type ResponseOf } from '@xbundle/backend/contract';
import { Box, MenuItem, TextField } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../client/use-query.ts';
import { DataTable } from '../../components/tables/data-table.tsx';
import { EmptyState } from '../../components/states/empty-state.tsx';
import { ListEnd, PAGE } from '../../components/tables/list-end.tsx';
import { Page } from '../../components/layout/page.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { useDebounced } from '../../components/fields/use-debounced.ts';
import { TableHead } from '../../components/tables/table-head.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useText } from '../../text/use-text.tsx';
import { HistoryKeep } from './history-keep.tsx';
import { HistoryRow } from './history-row.tsx';

const POLL_MS = 4_000;

const filterSchema = z.object({ kind: z.string(), state: z.string(), search: z.string(), limit: z.number() });
type Filter = z.infer<typeof filterSchema>;

const FIRST_FILTER: Filter = { kind: '', state: '', search: '', limit: PAGE };

/** All jobs, the latest first. */
export function HistoryList(): ReactElement {
  const { history } = useText();
  const [filter, setFilter] = useRemembered('history', filterSchema, FIRST_FILTER);
  const asked = useDebounced(filter, 250);
  const request = requestOf(asked);
  const query = useQuery(
    `jobs ${JSON.stringify(request)}`,
    (client, signal) => client.jobs(request, { signal }),
    POLL_MS,
  );
  return (
    <Page>
      <Panel title={history.title} actions={<Filters filter={filter} onFilter={setFilter} />} flush>
        <Queried query={query} rows={8}>
          {(page) => (
            <Jobs
              page={page}
              isFiltered={asked.kind + asked.state + asked.search !== ''}
              limit={filter.limit}
              onLimit={(limit) => {
                setFilter({ ...filter, limit });
              }}
              onChanged={query.reload}
            />
          )}
        </Queried>
      </Panel>
      <HistoryKeep onChanged={query.reload} />
    </Page>
  );
}

type JobsRequest = {
  readonly limit: number;
  readonly kind?: JobSummary['kind'];
  readonly state?: JobSummary['state'];
  readonly search?: string;
};

function requestOf({ kind, state, search, limit }: Filter): JobsRequest {
  const wantedKind = JOB_KINDS.find((each) => each === kind);
  const wantedState = jobStateSchema.options.find((each) => each === state);
  return {
    limit,
    ...(wantedKind !== undefined && { kind: wantedKind }),
    ...(wantedState !== undefined && { state: wantedState }),
    ...(search !== '' && { search: search.slice(0, 200) }),
  };
}

interface FiltersProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

function Filters({ filter, onFilter }: FiltersProps): ReactElement {
  const { history, job } = useText();
  const select = (
    name: 'kind' | 'state',
    label: string,
    options: Readonly<Record<string, string>>,
  ): ReactElement => (
    <TextField
      select
      label={label}
      value={filter[name]}
      onChange={(event) => {
        onFilter({ ...filter, [name]: event.target.value });
      }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: '9rem' }}
    >
      <MenuItem value="">{history.all}</MenuItem>
      {Object.entries(options).map(([value, text]) => (
        <MenuItem key={value} value={value}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', py: 0.5 }}>
      {select('kind', history.filterKind, job.kinds)}
      {select('state', history.filterState, job.states)}
      <TextField
        value={filter.search}
        placeholder={history.search}
        onChange={(event) => {
          onFilter({ ...filter, search: event.target.value });
        }}
        slotProps={{ htmlInput: { 'aria-label': history.search } }}
        sx={{ minWidth: '16rem' }}
      />
    </Box>
  );
}

interface JobsProps {
  readonly page: ResponseOf<'jobs'>;
  readonly isFiltered: boolean;
  readonly limit: number;
  readonly onLimit: (limit: number) => void;
  readonly onChanged: () => void;
}

function Jobs({ page, isFiltered, limit, onLimit, onChanged }: JobsProps): ReactElement {
  const { history, common } = useText();
  const { jobs, total } = page;
  if (jobs.length === 0) {
    return isFiltered ? (
      <EmptyState icon="search" title={history.nothingFound} />
    ) : (
      <EmptyState icon="history" title={history.emptyTitle}>
        <p>{history.empty}</p>
      </EmptyState>
    );
  }
  return (
    <Box sx={{ overflow: 'auto' }}>
      <DataTable aria-label={history.title}>
        <TableHead
          columns={[
            common.state,
            history.job,
            history.result,
            history.when,
            [common.duration, 'number'],
            [common.details, 'hidden'],
          ]}
        />
        <tbody>
          {jobs.map((job) => (
            <HistoryRow key={job.id} job={job} onChanged={onChanged} />
          ))}
        </tbody>
      </DataTable>
      <ListEnd shown={jobs.length} total={total} limit={limit} onLimit={onLimit} />
    </Box>
  );
}
