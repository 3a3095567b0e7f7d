import { Box } from '@mui/material';
import { useTheme, type Theme } from '@mui/material/styles';
import type { CSSProperties, ReactElement } from 'react';
import { mix, type Tone } from '../../theme/tone.ts';

export interface BarPart {
  readonly label: string;
  readonly value: number;
  readonly tone: Tone;
  /** `hollow`: an outline, for what is not there. Default: `solid`. */
  readonly look?: 'solid' | 'pale' | 'hollow';
}

interface Props {
  readonly label: string;
  readonly parts: readonly BarPart[];
  readonly isThin?: boolean;
}

/** Amounts as parts of one bar, with a legend that says them in words. */
export function PartBar({ label, parts, isThin = false }: Props): ReactElement {
  const theme = useTheme();
  return (
    <Box>
      <Box
        role="img"
        aria-label={label}
        sx={{ display: 'flex', gap: '0.125rem', height: isThin ? '0.5rem' : '1.25rem' }}
      >
        {parts.map((part) => (
          <Box
            key={part.label}
            sx={{ minWidth: '0.125rem', borderRadius: 0.5, transition: 'flex-grow 300ms' }}
            style={{ ...paint(theme, part), flex: `${part.value} 0 0` }}
          />
        ))}
      </Box>
      <Box
        sx={{
          display: 'flex',
          columnGap: 2,
          flexWrap: 'wrap',
          fontSize: '0.75rem',
          color: 'text.secondary',
          mt: 0.75,
        }}
      >
        {parts.map((part) => (
          <Box
            key={part.label}
            component="span"
            sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}
          >
            <Box
              component="span"
              aria-hidden
              sx={{ width: '0.625rem', height: '0.625rem', borderRadius: 0.5 }}
              style={paint(theme, part)}
            />
            {part.label}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function paint(theme: Theme, { tone, look = 'solid' }: BarPart): CSSProperties {
  const color = theme.palette[tone].main;
  if (look === 'hollow') return { border: `0.0625rem dashed ${color}` };
  return { backgroundColor: look === 'solid' ? color : mix(theme, tone, 45) };
}
