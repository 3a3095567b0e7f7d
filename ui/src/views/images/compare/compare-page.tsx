import type { Inspection } from '@xbundle/backend/contract';
import { Alert, Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useQuery, type Query } from '../../../client/use-query.ts';
import { BackButton } from '../../../components/back-button.tsx';
import { EmptyState } from '../../../components/states/empty-state.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { CompareForm } from './compare-form.tsx';
import { CompareLayers } from './compare-layers.tsx';
import { ComparePlatforms } from './compare-platforms.tsx';
import { imagesOf } from '../tree-parts.ts';

interface Props {
  readonly reference: string;
  /** Empty: it is still to be said. */
  readonly other: string;
}

/** Empty: all platforms. */
const sidesSchema = z.object({ left: z.string(), right: z.string() });

/** Two references beside each other, or two platforms. */
export function ComparePage({ reference, other }: Props): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const left = useInspection(reference);
  const right = useInspection(other);
  const [sides, setSides] = useRemembered(`compare ${reference} ${other}`, sidesSchema, {
    left: '',
    right: '',
  });
  return (
    <Page>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <BackButton
          label={images.backToImage}
          onClick={() => {
            go({ compare: undefined });
          }}
        />
        <Typography variant="h2" component="h2">
          {images.compareTitle}
        </Typography>
      </Box>
      <CompareForm
        key={other}
        reference={reference}
        other={other}
        sides={sides}
        onSides={setSides}
        left={left.value}
        right={right.value}
      />
      {other === '' ? (
        <EmptyState icon="compare" title={images.compareEmptyTitle}>
          <p>{images.compareEmpty}</p>
        </EmptyState>
      ) : (
        <Queried query={left}>
          {(one) => (
            <Queried query={right}>
              {(two) => <Comparison left={one} right={two} sides={sides} onSides={setSides} />}
            </Queried>
          )}
        </Queried>
      )}
    </Page>
  );
}

function useInspection(reference: string): Query<Inspection> {
  return useQuery(reference === '' ? undefined : `inspect auto ${reference}`, (client, signal) =>
    client.inspect({ reference }, { signal }),
  );
}

interface ComparisonProps {
  readonly left: Inspection;
  readonly right: Inspection;
  readonly sides: z.infer<typeof sidesSchema>;
  readonly onSides: (sides: z.infer<typeof sidesSchema>) => void;
}

function Comparison({ left, right, sides, onSides }: ComparisonProps): ReactElement {
  const { images } = useText();
  const find = ({ tree }: Inspection, platform: string) =>
    imagesOf(tree).find((image) => image.platform === platform);
  const one = find(left, sides.left === '' ? sides.right : sides.left);
  const two = find(right, sides.right === '' ? sides.left : sides.right);
  if (one !== undefined && two !== undefined) return <CompareLayers left={one} right={two} />;
  return (
    <Panel title={images.comparePlatforms} flush>
      {left.tree.digest === right.tree.digest && (
        <Alert severity="success" sx={{ mx: 2, mb: 1 }}>
          {images.identical}
        </Alert>
      )}
      <ComparePlatforms
        left={left.tree}
        right={right.tree}
        onPlatform={(platform) => {
          onSides({ left: platform, right: platform });
        }}
      />
    </Panel>
  );
}
