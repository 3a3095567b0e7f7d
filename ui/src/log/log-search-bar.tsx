import { Box, IconButton, InputBase, Typography } from '@mui/material';
import type { SxProps, Theme } from '@mui/material/styles';
import type { KeyboardEvent, ReactElement } from 'react';
import { Icon } from '../components/icon.tsx';
import { useText } from '../text/use-text.tsx';
import type { LogSearch } from './use-log-search.ts';

const FIELD: SxProps<Theme> = {
  width: '15rem',
  px: 1,
  fontSize: '0.8125rem',
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  '&.Mui-focused': {
    borderColor: 'primary.main',
    boxShadow: (theme) => `0 0 0 0.0625rem ${theme.palette.primary.main}`,
  },
};

interface Search {
  readonly text: string;
  /** Which of the matches is shown. */
  readonly at: number;
}

interface Props {
  readonly found: LogSearch;
  readonly search: Search;
  readonly onSearch: (next: Search) => void;
}

/** Enter goes to the next match, Shift and Enter to the one before. */
export function LogSearchBar({ found, search, onSearch }: Props): ReactElement {
  const { common, job } = useText();
  const count = found.matches.length;
  const step = (by: number): void => {
    if (count > 0) onSearch({ ...search, at: (search.at + by + count) % count });
  };
  const matchesText = (): string =>
    found.isSearching
      ? common.loading
      : job.log.matches(count === 0 ? 0 : search.at + 1, count, found.hasMore);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') onSearch({ text: '', at: 0 });
  };
  return (
    <Box role="search" sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
      <InputBase
        value={search.text}
        onChange={(event) => {
          onSearch({ text: event.target.value.slice(0, 200), at: 0 });
        }}
        onKeyDown={onKeyDown}
        placeholder={job.log.search}
        inputProps={{ 'aria-label': job.log.search }}
        startAdornment={<Icon name="search" sx={{ color: 'text.secondary', fontSize: '1rem', mr: 0.75 }} />}
        sx={FIELD}
      />
      {search.text !== '' && (
        <Typography variant="body2" color="text.secondary" role="status" sx={{ whiteSpace: 'nowrap' }}>
          {found.hasFailed ? common.errorTitle : matchesText()}
        </Typography>
      )}
      <IconButton
        aria-label={job.log.previous}
        disabled={count === 0}
        onClick={() => {
          step(-1);
        }}
      >
        <Icon name="up" />
      </IconButton>
      <IconButton
        aria-label={job.log.next}
        disabled={count === 0}
        onClick={() => {
          step(1);
        }}
      >
        <Icon name="down" />
      </IconButton>
    </Box>
  );
}
