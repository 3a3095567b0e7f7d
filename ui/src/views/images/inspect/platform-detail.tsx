import type { TreeAttestation, TreeImage } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import { useId, type ReactElement } from 'react';
import { CopyButton } from '../../../components/values/copy-button.tsx';
import { Digest } from '../../../components/values/digest.tsx';
import { Facts } from '../../../components/values/facts.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { PartTabs } from '../../../components/layout/part-tabs.tsx';
import { formatBytes } from '../../../format/bytes.ts';
import { formatCommand } from '../../../format/command-line.ts';
import { printable } from '../../../format/printable.ts';
import { formatTime } from '../../../format/time.ts';
import { useLanguage, useText } from '../../../text/use-text.tsx';
import { AttestationList } from '../documents/attestation-list.tsx';
import { LayerTable } from './layer-table.tsx';
import type { Lookup } from '../lookup.ts';
import { RawDocument } from '../documents/raw-document.tsx';
import { imageSize } from '../tree-parts.ts';

export const PLATFORM_PARTS = ['layers', 'attestations', 'manifest', 'config'] as const;
export type PlatformPart = (typeof PLATFORM_PARTS)[number];

interface Props {
  readonly image: TreeImage;
  readonly attestations: readonly TreeAttestation[];
  readonly name: string | undefined;
  readonly lookup: Lookup | undefined;
  readonly part: PlatformPart;
  readonly onPart: (part: PlatformPart) => void;
}

/** All that is known of an image for one platform. */
export function PlatformDetail(props: Props): ReactElement {
  const { image, attestations, name, lookup, part, onPart } = props;
  const { images: texts } = useText();
  const panel = useId();
  const shown = lookup === undefined ? (['layers'] as const) : PLATFORM_PARTS;
  const parts = shown.map((each) => {
    const count = each === 'layers' ? ` (${image.layers.length})` : '';
    return [each, `${texts.parts[each]}${count}`] as const;
  });
  return (
    <Panel
      title={printable(image.platform)}
      actions={
        name !== undefined && (
          <CopyButton text={runCommand(name, image.digest)} what={texts.runCommand} label={texts.copyRun} />
        )
      }
      flush
    >
      <Box sx={{ px: 2, pb: 1 }}>
        <PlatformFacts image={image} />
      </Box>
      <PartTabs
        value={part}
        parts={parts}
        onChange={onPart}
        label={printable(image.platform)}
        panel={panel}
      />
      <Box role="tabpanel" id={panel} aria-labelledby={`${panel}-${part}`}>
        {part === 'layers' && <LayerTable layers={image.layers} />}
        {lookup !== undefined && part === 'attestations' && (
          <AttestationList attestations={attestations} lookup={lookup} />
        )}
        {lookup !== undefined && (part === 'manifest' || part === 'config') && (
          <RawDocument kind={part} manifest={image.digest} lookup={lookup} />
        )}
      </Box>
    </Panel>
  );
}

function PlatformFacts({ image }: { readonly image: TreeImage }): ReactElement {
  const { images: texts, bundles, common } = useText();
  const language = useLanguage();
  const created = Date.parse(image.created ?? '');
  return (
    <Facts
      isWide
      facts={[
        [texts.manifest, <Digest key="manifest" digest={image.digest} />],
        [texts.config, <Digest key="config" digest={image.config.digest} />],
        [common.size, formatBytes(imageSize(image))],
        [bundles.created, Number.isNaN(created) ? undefined : formatTime(created, language)],
      ]}
    />
  );
}

/** By digest: the very bytes that are looked at, whatever the tag points to later. */
function runCommand(name: string, digest: string): string {
  const withoutTag = name.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
  return formatCommand(['docker', 'run', '--rm', '-it', `${withoutTag}@${digest}`]);
}
