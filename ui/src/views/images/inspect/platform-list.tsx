import type { TreeImage, TreeNode } from '@xbundle/backend/contract';
import { Box, ButtonBase, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { StatusChip } from '../../../components/values/status-chip.tsx';
import { formatBytes } from '../../../format/bytes.ts';
import { shortDigest } from '../../../format/digest.ts';
import { useText } from '../../../text/use-text.tsx';
import { mix } from '../../../theme/tone.ts';
import type { PlatformPart } from './platform-detail.tsx';
import { absentOf, attestationsOf, imageSize, imagesOf, missingPlatforms } from '../tree-parts.ts';

export interface TreeView {
  /** The digest of the platform that is shown. */
  readonly platform: string | undefined;
  readonly part: PlatformPart;
}

interface Props {
  readonly tree: TreeNode;
  readonly wanted: readonly string[];
  readonly view: TreeView;
  /** Which parts of a platform can be shown. */
  readonly parts: readonly PlatformPart[];
  readonly onView: (view: TreeView) => void;
}

/** The tree from its root: platforms, what each is made of, and those that are not there. */
export function PlatformList({ tree, wanted, view, parts, onView }: Props): ReactElement {
  const { images: texts } = useText();
  return (
    <Box sx={{ pb: 1, fontSize: '0.8125rem' }}>
      <Box sx={{ px: 2, pb: 0.75, display: 'flex', gap: 1, alignItems: 'center' }}>
        <Icon name={tree.kind === 'index' ? 'layers' : 'box'} sx={{ color: 'text.secondary' }} />
        {texts.kinds[tree.kind]} <Mono text={shortDigest(tree.digest)} sx={{ color: 'text.secondary' }} />
      </Box>
      <Branch>
        {imagesOf(tree).map((image) => (
          <li key={image.digest}>
            <PlatformRow
              image={image}
              isAttested={attestationsOf(tree, image.digest).length > 0}
              isChosen={image.digest === view.platform}
              onChoose={() => {
                onView({ ...view, platform: image.digest });
              }}
            />
            {image.digest === view.platform && (
              <PartRows tree={tree} image={image} view={view} parts={parts} onView={onView} />
            )}
          </li>
        ))}
        {absentOf(tree).map(({ digest, platform }) => (
          <Lack key={digest} platform={platform ?? digest} label={texts.absentPlatform} />
        ))}
        {missingPlatforms(tree, wanted).map((platform) => (
          <Lack key={platform} platform={platform} label={texts.missingPlatform} />
        ))}
      </Branch>
    </Box>
  );
}

/** Rows with a line beside them, which leads to what they are parts of. */
const Branch = styled('ul')(({ theme }) => ({
  listStyle: 'none',
  margin: '0 0 0 1.4rem',
  padding: 0,
  borderLeft: `0.0625rem solid ${theme.palette.divider}`,
}));

interface RowProps {
  readonly image: TreeImage;
  readonly isAttested: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function PlatformRow({ image, isAttested, isChosen, onChoose }: RowProps): ReactElement {
  const { images: texts } = useText();
  return (
    <TreeButton isCurrent={isChosen} onClick={onChoose}>
      <Mono text={image.platform} sx={{ flex: 1, fontWeight: isChosen ? 600 : 400 }} />
      {isAttested && <Icon name="shield" titleAccess={texts.attestations} sx={{ color: 'success.main' }} />}
      <Typography variant="body2" color="text.secondary">
        {formatBytes(imageSize(image))}
      </Typography>
    </TreeButton>
  );
}

const PART_ICONS: Readonly<Record<PlatformPart, IconName>> = {
  layers: 'layers',
  attestations: 'shield',
  manifest: 'file',
  config: 'file',
};

type PartsProps = Pick<Props, 'tree' | 'view' | 'parts' | 'onView'> & { readonly image: TreeImage };

function PartRows({ tree, image, view, parts, onView }: PartsProps): ReactElement {
  const { images: texts } = useText();
  const counts: Partial<Record<PlatformPart, number>> = {
    layers: image.layers.length,
    attestations: attestationsOf(tree, image.digest).reduce((sum, { layers }) => sum + layers.length, 0),
  };
  return (
    <Branch>
      {parts.map((part) => (
        <li key={part}>
          <TreeButton
            isCurrent={part === view.part}
            onClick={() => {
              onView({ ...view, part });
            }}
          >
            <Icon name={PART_ICONS[part]} sx={{ color: 'text.secondary' }} />
            <Box component="span" sx={{ flex: 1 }}>
              {texts.parts[part]}
            </Box>
            {counts[part] !== undefined && (
              <Typography variant="body2" color="text.secondary">
                {counts[part]}
              </Typography>
            )}
          </TreeButton>
        </li>
      ))}
    </Branch>
  );
}

interface ButtonProps {
  readonly isCurrent: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function TreeButton({ isCurrent, onClick, children }: ButtonProps): ReactElement {
  return (
    <ButtonBase
      aria-current={isCurrent}
      onClick={onClick}
      sx={{
        width: '100%',
        pl: 1.5,
        pr: 2,
        py: 0.5,
        display: 'flex',
        gap: 1,
        textAlign: 'left',
        font: 'inherit',
        '&:hover': { bgcolor: 'action.hover' },
        '&[aria-current="true"]': {
          bgcolor: (theme) => mix(theme, 'primary', 10),
        },
      }}
    >
      {children}
    </ButtonBase>
  );
}

function Lack({ platform, label }: { readonly platform: string; readonly label: string }): ReactElement {
  return (
    <Box component="li" sx={{ pl: 1.5, pr: 2, py: 0.5, display: 'flex', gap: 1, alignItems: 'center' }}>
      <Mono text={platform} sx={{ flex: 1, color: 'text.secondary' }} />
      <StatusChip tone="error" icon="cross" label={label} />
    </Box>
  );
}
