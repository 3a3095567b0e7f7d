import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { CopyButton } from '../../../components/values/copy-button.tsx';
import { MONOSPACE } from '../../../theme/theme.ts';
import { useText } from '../../../text/use-text.tsx';
import { shownText } from './shown-text.ts';

/** A document as text: nothing of it is markup. */
export function RawText({ text }: { readonly text: string }): ReactElement {
  const { images } = useText();
  return (
    <Box sx={{ position: 'relative' }}>
      <Box sx={{ position: 'absolute', right: '0.5rem', top: '0.25rem' }}>
        <CopyButton text={text} what={images.raw} />
      </Box>
      <Box
        component="pre"
        tabIndex={0}
        sx={{
          m: 0,
          p: 1.5,
          maxHeight: '32rem',
          overflow: 'auto',
          fontFamily: MONOSPACE,
          fontSize: '0.75rem',
          lineHeight: 1.5,
          bgcolor: 'action.hover',
          borderRadius: 1,
        }}
      >
        {shownText(text)}
      </Box>
    </Box>
  );
}
