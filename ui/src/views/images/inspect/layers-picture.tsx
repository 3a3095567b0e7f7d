import type { TreeImage } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import type { ReactElement } from 'react';
import { Mono } from '../../../components/values/mono.tsx';
import { formatBytes } from '../../../format/bytes.ts';
import { printable } from '../../../format/printable.ts';
import { useText } from '../../../text/use-text.tsx';
import { layerPicture, type LayerPart } from './layer-picture.ts';
import { treeSizes } from '../tree-parts.ts';

/** Hues that are told apart with any of the usual colour weaknesses. */
const HUES = [212, 32, 160, 285, 55, 340, 190, 100];

/** Layers as bars, one for each platform: what is shared has the same colour in all of them. */
export function LayersPicture({ images }: { readonly images: readonly TreeImage[] }): ReactElement {
  const { images: texts } = useText();
  const rows = layerPicture(images);
  const { sum, unique } = treeSizes(images);
  return (
    <Box role="group" aria-label={texts.pictureLabel}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: 'max-content 1fr max-content',
          columnGap: 2,
          rowGap: 0.75,
          alignItems: 'center',
        }}
      >
        {rows.map(({ platform, size, parts }) => (
          <Box key={platform} sx={{ display: 'contents' }}>
            <Mono text={platform} />
            <svg
              width="100%"
              height="1.5em"
              role="img"
              aria-label={`${printable(platform)} ${formatBytes(size)}`}
            >
              {parts.map((part, at) => (
                <PartRect key={at} part={part} />
              ))}
            </svg>
            <Typography variant="body2" color="text.secondary" sx={{ textAlign: 'right' }}>
              {formatBytes(size)}
            </Typography>
          </Box>
        ))}
      </Box>
      <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
        <strong>{texts.totals(formatBytes(sum), formatBytes(unique))}.</strong> {texts.pictureHelp}
      </Typography>
    </Box>
  );
}

function PartRect({ part }: { readonly part: LayerPart }): ReactElement {
  const { images: texts } = useText();
  const { palette } = useTheme();
  const { from, width, shared, size, createdBy } = part;
  const isDark = palette.mode === 'dark';
  const hue = HUES[(shared ?? 0) % HUES.length] ?? 0;
  const fill =
    shared === undefined ? palette.action.disabledBackground : `hsl(${hue} 62% ${isDark ? 46 : 58}%)`;
  return (
    <rect
      x={`${from * 100}%`}
      width={`${width * 100}%`}
      height="100%"
      fill={fill}
      stroke={palette.background.paper}
      strokeWidth="1"
    >
      <title>{`${formatBytes(size)} ${printable(createdBy ?? texts.layers)}`}</title>
    </rect>
  );
}
