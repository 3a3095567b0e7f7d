import { Box, Skeleton } from '@mui/material';
import { useEffect, useState, type ReactElement } from 'react';
import { useText } from '../../text/use-text.tsx';

/** Most answers are there sooner: a picture that only flashes is worse than none. */
const PATIENCE_MS = 150;

/** Rows where content is to be. */
export function Loading({ rows = 4 }: { readonly rows?: number }): ReactElement {
  const { common } = useText();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setShown(true);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <Box role="status" aria-label={common.loading} sx={{ p: 2, visibility: isShown ? 'visible' : 'hidden' }}>
      {Array.from({ length: rows }, (_, at) => (
        <Skeleton key={at} height="2rem" width={`${90 - ((at * 17) % 40)}%`} />
      ))}
    </Box>
  );
}
