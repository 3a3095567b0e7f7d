import type { EngineImageReport } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import { memo, type ReactElement } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { PlatformTags } from '../../../components/values/platform-tags.tsx';
import { TextButton } from '../../../components/text-button.tsx';
import { formatBytes } from '../../../format/bytes.ts';
import { formatAgo } from '../../../format/time.ts';
import { usePlace } from '../../../memory/place.tsx';
import { useLanguage, useText } from '../../../text/use-text.tsx';

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
        <TextButton
          type="button"
          onClick={() => {
            go({ image: named ? name : id, imageFrom: undefined });
          }}
        >
          <Mono text={name} />
        </TextButton>
        {!named && <span className="note"> {images.unnamed}</span>}
      </td>
      <td>
        <PlatformTags
          platforms={image.platforms.map(({ platform, complete }) => ({
            platform,
            lack: complete ? undefined : images.incomplete,
          }))}
        />
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
