import type { EngineImageReport } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import { memo, type ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/mono.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { printable } from '../../format/printable.ts';
import { formatAgo } from '../../format/time.ts';
import { usePlace } from '../../memory/place.tsx';
import { useLanguage, useText } from '../../text/use-text.tsx';

export const ImageRow = memo(function ImageRow({
  image,
}: {
  readonly image: EngineImageReport;
}): ReactElement {
  const { images } = useText();
  const language = useLanguage();
  const { go } = usePlace();
  const { name, named, id, created, size, attestations } = image;
  return (
    <tr>
      <td>
        <Box
          component="button"
          type="button"
          onClick={() => {
            go({ image: named ? name : id });
          }}
          sx={{
            all: 'unset',
            cursor: 'pointer',
            color: 'primary.main',
            '&:hover': { textDecoration: 'underline' },
          }}
        >
          <Mono text={name} />
        </Box>
        {!named && <span className="note"> {images.unnamed}</span>}
      </td>
      <td>
        <PlatformTags platforms={image.platforms} />
      </td>
      <td>
        {attestations > 0 && (
          <Box component="span" sx={{ display: 'inline-flex', gap: 0.75, alignItems: 'center' }}>
            <Icon name="shield" sx={{ color: 'success.main' }} />
            {images.attested(attestations)}
          </Box>
        )}
      </td>
      <td className="number">{formatBytes(size)}</td>
      <td className="note" style={{ whiteSpace: 'nowrap' }}>
        {created === undefined ? '' : formatAgo(created, language)}
      </td>
    </tr>
  );
});

function PlatformTags({ platforms }: Pick<EngineImageReport, 'platforms'>): ReactElement {
  const { images } = useText();
  return (
    <Box sx={{ display: 'flex', gap: 0.75, flexWrap: 'wrap' }}>
      {platforms.map(({ platform, complete }) => (
        <Box
          key={platform}
          component="span"
          title={complete ? undefined : images.incomplete}
          sx={{
            display: 'inline-flex',
            alignItems: 'center',
            gap: 0.5,
            px: 0.75,
            borderRadius: 0.5,
            fontSize: '0.75rem',
            border: 1,
            borderStyle: complete ? 'solid' : 'dashed',
            borderColor: complete ? 'divider' : 'warning.main',
            color: complete ? 'text.primary' : 'warning.main',
          }}
        >
          {!complete && <Icon name="warning" titleAccess={images.incomplete} />}
          {printable(platform)}
        </Box>
      ))}
    </Box>
  );
}
