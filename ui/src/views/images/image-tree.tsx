import type { TreeNode } from '@xbundle/backend/contract';
import { Box, ButtonBase, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/mono.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { useText } from '../../text/use-text.tsx';
import { LayersPicture } from './layers-picture.tsx';
import type { Lookup } from './lookup.ts';
import { PlatformDetail } from './platform-detail.tsx';
import { absentOf, attestationsOf, imageSize, imagesOf, missingPlatforms } from './tree-parts.ts';

interface Props {
  readonly tree: TreeNode;
  /** Platforms that are marked when they are not there. */
  readonly wanted: readonly string[];
  /** The image's name, for commands to copy. */
  readonly name?: string;
  /** Where documents can be read from; absent: only the tree is known. */
  readonly lookup?: Lookup;
}

/** An image: its sizes as a picture, its platforms, and all of one platform. */
export function ImageTree({ tree, wanted, name, lookup }: Props): ReactElement {
  const { images: texts } = useText();
  const images = imagesOf(tree);
  const [chosen, setChosen] = useState<string>();
  const image = images.find(({ digest }) => digest === chosen) ?? images[0];
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      {images.length > 0 && (
        <Panel title={texts.picture}>
          <LayersPicture images={images} />
        </Panel>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'minmax(18rem, 1fr) minmax(0, 3fr)',
          alignItems: 'start',
        }}
      >
        <Panel title={texts.platformsOf} flush>
          <Platforms tree={tree} wanted={wanted} chosen={image?.digest} onChoose={setChosen} />
        </Panel>
        {image !== undefined && (
          <PlatformDetail
            key={image.digest}
            image={image}
            attestations={attestationsOf(tree, image.digest)}
            name={name}
            lookup={lookup}
          />
        )}
      </Box>
    </Box>
  );
}

interface PlatformsProps {
  readonly tree: TreeNode;
  readonly wanted: readonly string[];
  readonly chosen: string | undefined;
  readonly onChoose: (digest: string) => void;
}

function Platforms({ tree, wanted, chosen, onChoose }: PlatformsProps): ReactElement {
  const { images: texts } = useText();
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, pb: 1 }}>
      {imagesOf(tree).map((image) => (
        <Box component="li" key={image.digest}>
          <ButtonBase
            aria-current={image.digest === chosen}
            onClick={() => {
              onChoose(image.digest);
            }}
            sx={{
              width: '100%',
              px: 2,
              py: 0.75,
              display: 'flex',
              gap: 1,
              textAlign: 'left',
              fontSize: '0.8125rem',
              '&:hover': { bgcolor: 'action.hover' },
              '&[aria-current="true"]': {
                bgcolor: 'action.selected',
                boxShadow: (theme) => `inset 0.1875rem 0 ${theme.palette.primary.main}`,
              },
            }}
          >
            <Mono text={image.platform} sx={{ flex: 1 }} />
            {attestationsOf(tree, image.digest).length > 0 && (
              <Icon name="shield" titleAccess={texts.attestations} sx={{ color: 'success.main' }} />
            )}
            <Typography variant="body2" color="text.secondary">
              {formatBytes(imageSize(image))}
            </Typography>
          </ButtonBase>
        </Box>
      ))}
      {absentOf(tree).map(({ digest, platform }) => (
        <Lack key={digest} platform={platform ?? digest} label={texts.absentPlatform} />
      ))}
      {missingPlatforms(tree, wanted).map((platform) => (
        <Lack key={platform} platform={platform} label={texts.missingPlatform} />
      ))}
    </Box>
  );
}

function Lack({ platform, label }: { readonly platform: string; readonly label: string }): ReactElement {
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 0.75, display: 'flex', gap: 1, alignItems: 'center', fontSize: '0.8125rem' }}
    >
      <Mono text={platform} sx={{ flex: 1 }} />
      <StatusChip tone="error" icon="cross" label={label} />
    </Box>
  );
}
