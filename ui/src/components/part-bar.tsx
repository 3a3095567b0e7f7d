import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import type { ReactElement } from 'react';

export interface BarPart {
  readonly label: string;
  readonly value: number;
  readonly tone: 'primary' | 'success' | 'secondary';
  /** Drawn as an outline: what is not there. */
  readonly isHollow?: boolean;
}

interface Props {
  readonly label: string;
  readonly parts: readonly BarPart[];
}

/** Sizes as parts of one bar, with a legend that says them in words. */
export function PartBar({ label, parts }: Props): ReactElement {
  const { palette } = useTheme();
  const sum = Math.max(
    1,
    parts.reduce((all, { value }) => all + value, 0),
  );
  let from = 0;
  const placed = parts.map((part) => {
    const start = from;
    from += part.value / sum;
    return { ...part, start, width: part.value / sum };
  });
  return (
    <Box>
      <svg width="100%" height="1.25rem" role="img" aria-label={label}>
        {placed.map(({ label: name, start, width, tone, isHollow }) => (
          <rect
            key={name}
            x={`${start * 100}%`}
            width={`${width * 100}%`}
            y="5%"
            height="90%"
            fill={palette[tone].main}
            fillOpacity={isHollow === true ? 0.15 : 0.85}
            stroke={palette[tone].main}
            strokeDasharray={isHollow === true ? '4 3' : undefined}
          />
        ))}
      </svg>
      <Box
        sx={{
          display: 'flex',
          gap: 2,
          flexWrap: 'wrap',
          fontSize: '0.75rem',
          color: 'text.secondary',
          mt: 0.5,
        }}
      >
        {parts.map(({ label: name, tone, isHollow }) => (
          <Box key={name} component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
            <Box
              component="span"
              aria-hidden
              sx={{
                width: '0.75rem',
                height: '0.75rem',
                borderRadius: 0.5,
                border: isHollow === true ? '0.0625rem dashed' : 'none',
                borderColor: `${tone}.main`,
                bgcolor: isHollow === true ? 'transparent' : `${tone}.main`,
              }}
            />
            {name}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
