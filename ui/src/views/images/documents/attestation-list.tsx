import type { ResponseOf, TreeAttestation } from '@xbundle/backend/contract';
import { Box, Button, Typography } from '@mui/material';
import { useId, useState, type ReactElement } from 'react';
import { z } from 'zod';
import { useAction } from '../../../client/use-action.ts';
import { useQuery } from '../../../client/use-query.ts';
import { PartTabs } from '../../../components/layout/part-tabs.tsx';
import { ErrorOf } from '../../../components/states/error-of.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';
import { AttestationFacts } from './attestation-facts.tsx';
import type { Lookup } from '../lookup.ts';
import { RawText } from './raw-text.tsx';

interface Props {
  readonly attestations: readonly TreeAttestation[];
  readonly lookup: Lookup;
}

interface Statement {
  readonly manifest: string;
  readonly layer: string;
  readonly predicate: string;
}

/** Statements about a platform, each to read and as it is. */
export function AttestationList({ attestations, lookup }: Props): ReactElement {
  const { images: texts } = useText();
  const statements = attestations.flatMap(({ digest, layers, predicates }) =>
    layers.map((layer, at): Statement => ({
      manifest: digest,
      layer: layer.digest,
      predicate: predicates[at] ?? '',
    })),
  );
  const about = attestations[0]?.subject ?? '';
  const [chosen, setChosen] = useRemembered(`statement ${about}`, z.number(), 0);
  const panel = useId();
  const statement = statements[chosen];
  if (statement === undefined) {
    return (
      <Typography color="text.secondary" sx={{ p: 3 }}>
        {texts.noAttestations}
      </Typography>
    );
  }
  return (
    <Box>
      <PartTabs
        value={String(chosen)}
        parts={statements.map(
          ({ predicate }, at) => [String(at), texts.predicates[kindOf(predicate)]] as const,
        )}
        onChange={(next) => {
          setChosen(Number(next));
        }}
        label={texts.attestations}
        panel={panel}
      />
      <Box role="tabpanel" id={panel} aria-labelledby={`${panel}-${chosen}`}>
        <StatementView key={statement.layer} statement={statement} lookup={lookup} />
      </Box>
    </Box>
  );
}

function kindOf(predicate: string): 'provenance' | 'sbom' | 'other' {
  if (predicate.includes('provenance')) return 'provenance';
  return /spdx|cyclonedx|sbom/i.test(predicate) ? 'sbom' : 'other';
}

interface StatementProps {
  readonly statement: Statement;
  readonly lookup: Lookup;
}

function StatementView({ statement, lookup }: StatementProps): ReactElement {
  const { manifest, layer } = statement;
  const request = { ...lookup, manifest, layer };
  const query = useQuery(`statement ${lookup.reference} ${layer}`, (client, signal) =>
    client.attestation(request, { signal }),
  );
  return (
    <Queried query={query}>
      {(answer) => (
        <Box sx={{ p: 2, display: 'grid', gap: 2 }}>
          <AttestationFacts attestation={answer} />
          <RawParts first={answer} request={request} />
        </Box>
      )}
    </Queried>
  );
}

interface RawProps {
  readonly first: ResponseOf<'attestation'>;
  readonly request: Lookup & Omit<Statement, 'predicate'>;
}

/** The document, part by part: an SBOM has some megabytes. */
function RawParts({ first, request }: RawProps): ReactElement {
  const { images: texts, common } = useText();
  const [raw, setRaw] = useState({ text: first.raw, next: first.next });
  const [isShown, setShown] = useState(false);
  const more = useAction(async (client) => {
    if (raw.next === undefined) return;
    const part = await client.attestation({ ...request, offset: raw.next });
    setRaw({ text: raw.text + part.raw, next: part.next });
  });
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
      <Button
        aria-expanded={isShown}
        onClick={() => {
          setShown(!isShown);
        }}
      >
        {texts.raw}
      </Button>
      {isShown && (
        <Box sx={{ width: '100%' }}>
          <RawText text={raw.text} />
          <ErrorOf of={more} />
          {raw.next !== undefined && (
            <Button disabled={more.isRunning} onClick={() => void more.run()}>
              {common.more}
            </Button>
          )}
        </Box>
      )}
    </Box>
  );
}
