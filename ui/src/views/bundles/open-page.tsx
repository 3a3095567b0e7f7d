import type { BundleReport } from '@xbundle/backend/contract';
import { Alert, Box, Button, Dialog, DialogContent, DialogTitle } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAction } from '../../client/use-action.ts';
import { useQuery } from '../../client/use-query.ts';
import { CellMatrix } from '../../components/tables/cell-matrix.tsx';
import { Digest } from '../../components/values/digest.tsx';
import { ErrorOf } from '../../components/states/error-of.tsx';
import { Facts } from '../../components/values/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { PathField } from '../../components/fields/path-field.tsx';
import { Queried } from '../../components/states/queried.tsx';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { useDebounced } from '../../components/fields/use-debounced.ts';
import { formatBytes } from '../../format/bytes.ts';
import { baseName } from '../../format/host-path.ts';
import { printable } from '../../format/printable.ts';
import { formatTime } from '../../format/time.ts';
import { usePlace } from '../../memory/place.tsx';
import { useRemembered } from '../../memory/use-remembered.ts';
import { useLanguage, useText } from '../../text/use-text.tsx';
import { ImageTree } from '../images/inspect/image-tree.tsx';

/** A bundle's own account, and the way to check it. */
export function OpenPage(): ReactElement {
  const { bundles, common } = useText();
  const { place, go } = usePlace();
  const path = place.bundle ?? '';
  const asked = useDebounced(path);
  const query = useQuery(asked === '' ? undefined : `bundle ${asked}`, (client, signal) =>
    client.openBundle({ path: asked }, { signal }),
  );
  return (
    <>
      <Panel>
        <PathField
          question={{ kind: 'file', title: common.chooseFile }}
          label={bundles.bundleFile}
          value={path}
          onChange={(next) => {
            go({ bundle: next === '' ? undefined : next });
          }}
        />
      </Panel>
      {asked !== '' && <Queried query={query}>{(bundle) => <Bundle bundle={bundle} />}</Queried>}
    </>
  );
}

function Bundle({ bundle }: { readonly bundle: BundleReport }): ReactElement {
  const { bundles } = useText();
  const [image, setImage] = useRemembered(`bundle image ${bundle.path}`, z.string(), '');
  return (
    <>
      <BundleHead bundle={bundle} />
      <Panel title={bundles.cellsTitle} flush>
        <Box sx={{ overflow: 'auto' }}>
          <CellMatrix cells={bundle.cells} onImage={setImage} />
        </Box>
      </Panel>
      {image !== '' && (
        <BundleTree
          path={bundle.path}
          image={image}
          onClose={() => {
            setImage('');
          }}
        />
      )}
    </>
  );
}

function BundleHead({ bundle }: { readonly bundle: BundleReport }): ReactElement {
  const { bundles, common } = useText();
  const language = useLanguage();
  const { path, name, version, complete, id, size, created, images, cells, blobs, attestations } = bundle;
  const named = [name, version].filter((each) => each !== undefined).join(' ');
  const createdMs = Date.parse(created);
  return (
    <Panel
      title={
        <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
          {printable(named === '' ? baseName(path) : named)}
          <StatusChip
            tone={complete ? 'success' : 'warning'}
            icon={complete ? 'check' : 'warning'}
            label={complete ? bundles.complete : bundles.incomplete}
          />
        </Box>
      }
      actions={<BundleActions path={path} />}
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Facts
          facts={[
            [bundles.id, <Digest key="id" digest={id} />],
            [common.size, formatBytes(size)],
            [bundles.created, Number.isNaN(createdMs) ? printable(created) : formatTime(createdMs, language)],
            [
              bundles.contents,
              bundles.contentsOf({ images: images.length, cells: cells.length, blobs, attestations }),
            ],
            [common.path, <Mono key="path" text={path} />],
          ]}
        />
        <Alert severity="info">{bundles.notVerified}</Alert>
      </Box>
    </Panel>
  );
}

function BundleActions({ path }: { readonly path: string }): ReactElement {
  const { bundles } = useText();
  const { go } = usePlace();
  const verify = useAction(async (client, quick: boolean) => {
    const { id } = await client.startJob({ job: { kind: 'verify', bundle: path, quick } });
    go({ bundleJob: id });
  });
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
      <ErrorOf of={verify} />
      <Button title={bundles.verifyHelp} disabled={verify.isRunning} onClick={() => void verify.run(true)}>
        {bundles.verifyQuick}
      </Button>
      <Button
        variant="outlined"
        startIcon={<Icon name="upload" />}
        onClick={() => {
          go({ bundlePart: 'import', bundle: path });
        }}
      >
        {bundles.importThis}
      </Button>
      <Button
        variant="contained"
        startIcon={<Icon name="shield" />}
        disabled={verify.isRunning}
        onClick={() => void verify.run(false)}
      >
        {bundles.verify}
      </Button>
    </Box>
  );
}

interface TreeProps {
  readonly path: string;
  readonly image: string;
  readonly onClose: () => void;
}

function BundleTree({ path, image, onClose }: TreeProps): ReactElement {
  const query = useQuery(`bundle tree ${path} ${image}`, (client, signal) =>
    client.bundleTree({ path, image }, { signal }),
  );
  return (
    <Dialog open fullWidth maxWidth="lg" onClose={onClose}>
      <DialogTitle>
        <Mono text={image} />
      </DialogTitle>
      <DialogContent dividers>
        <Queried query={query}>{({ tree }) => <ImageTree tree={tree} wanted={[]} />}</Queried>
      </DialogContent>
    </Dialog>
  );
}
