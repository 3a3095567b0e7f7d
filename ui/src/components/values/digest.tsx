import { Box, Tooltip } from '@mui/material';
import type { ReactElement } from 'react';
import { shortDigest } from '../../format/digest.ts';
import { useText } from '../../text/use-text.tsx';
import { CopyButton } from './copy-button.tsx';
import { Mono } from './mono.tsx';

/** Its start, with the whole of it to copy. */
export function Digest({ digest }: { readonly digest: string }): ReactElement {
  const { common } = useText();
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', whiteSpace: 'nowrap' }}>
      <Tooltip title={digest}>
        <span>
          <Mono text={shortDigest(digest)} />
        </span>
      </Tooltip>
      <CopyButton text={digest} what={common.digest} />
    </Box>
  );
}
