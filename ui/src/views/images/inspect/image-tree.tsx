import type { TreeNode } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement, ReactNode } from 'react';
import { z } from 'zod';
import { Panel } from '../../../components/layout/panel.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { WIDE } from '../../../theme/wide.ts';
import { LayersPicture } from './layers-picture.tsx';
import type { Lookup } from '../lookup.ts';
import { PLATFORM_PARTS, PlatformDetail } from './platform-detail.tsx';
import { PlatformList } from './platform-list.tsx';
import { attestationsOf, imagesOf } from '../tree-parts.ts';

interface Props {
  readonly tree: TreeNode;
  /** Platforms that are marked when they are not there. */
  readonly wanted: readonly string[];
  /** The image's name, for commands to copy. */
  readonly name?: string;
  /** Where documents can be read from; absent: only the tree is known. */
  readonly lookup?: Lookup;
  /** Stands below the platforms. */
  readonly platformsEnd?: ReactNode;
}

const viewSchema = z.object({ platform: z.string().exactOptional(), part: z.enum(PLATFORM_PARTS) });

/** An image: its sizes as a picture, its platforms, and all of one platform. */
export function ImageTree({ tree, wanted, name, lookup, platformsEnd }: Props): ReactElement {
  const { images: texts } = useText();
  const images = imagesOf(tree);
  const [view, setView] = useRemembered(`image ${tree.digest}`, viewSchema, { part: 'layers' });
  const image = images.find(({ digest }) => digest === view.platform) ?? images[0];
  const parts = lookup === undefined ? (['layers'] as const) : PLATFORM_PARTS;
  const part = lookup === undefined ? 'layers' : view.part;
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
          alignItems: 'start',
          gridTemplateColumns: 'minmax(0, 1fr)',
          [WIDE]: { gridTemplateColumns: '19rem minmax(0, 1fr)' },
        }}
      >
        <Panel title={texts.platformsOf} flush>
          <PlatformList
            tree={tree}
            wanted={wanted}
            view={{ platform: image?.digest, part }}
            parts={parts}
            onView={({ platform, part: next }) => {
              setView({ part: next, ...(platform !== undefined && { platform }) });
            }}
          />
          {platformsEnd}
        </Panel>
        {image !== undefined && (
          <PlatformDetail
            key={image.digest}
            image={image}
            attestations={attestationsOf(tree, image.digest)}
            name={name}
            lookup={lookup}
            part={part}
            onPart={(next) => {
              setView({ platform: image.digest, part: next });
            }}
          />
        )}
      </Box>
    </Box>
  );
}
