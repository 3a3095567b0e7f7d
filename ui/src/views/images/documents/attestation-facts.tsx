import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { Facts } from '../../../components/values/facts.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { TableHead } from '../../../components/tables/table-head.tsx';
import { shortDigest } from '../../../format/digest.ts';
import { printable } from '../../../format/printable.ts';
import { formatTime } from '../../../format/time.ts';
import type { Language } from '../../../text/language.ts';
import { useLanguage, useText } from '../../../text/use-text.tsx';

type Attestation = ResponseOf<'attestation'>;

/** What can be read of a statement: where an image comes from, or what it is made of. */
export function AttestationFacts({ attestation }: { readonly attestation: Attestation }): ReactElement {
  const { provenance, sbom, predicateType } = attestation;
  return (
    <>
      <Mono text={predicateType} sx={{ color: 'text.secondary' }} />
      {provenance !== undefined && <Provenance provenance={provenance} />}
      {sbom !== undefined && <Sbom sbom={sbom} />}
    </>
  );
}

const NAMES = ['builder', 'buildType', 'source', 'revision', 'startedOn', 'finishedOn', 'platform'] as const;

/** As the reader writes it; what is no time stays as it was stated. */
function timeOf(stated: string | undefined, language: Language): string | undefined {
  const ms = Date.parse(stated ?? '');
  return Number.isNaN(ms) ? stated : formatTime(ms, language);
}

function Provenance({
  provenance,
}: {
  readonly provenance: NonNullable<Attestation['provenance']>;
}): ReactElement {
  const texts = useText().images.provenance;
  const language = useLanguage();
  const { args, materials, startedOn, finishedOn } = provenance;
  const stated = {
    ...provenance,
    startedOn: timeOf(startedOn, language),
    finishedOn: timeOf(finishedOn, language),
  };
  return (
    <Facts
      facts={[
        ...NAMES.map((name) => [texts[name], printable(stated[name] ?? '')] as const),
        [
          texts.args,
          Object.keys(args).length === 0
            ? undefined
            : Object.entries(args).map(([name, value]) => (
                <Mono key={name} text={`${name}=${value}`} sx={{ display: 'block' }} />
              )),
        ],
        [
          texts.materials,
          materials.length === 0
            ? undefined
            : materials.map(({ uri, digest }) => (
                <Box key={uri}>
                  <Mono text={uri} />{' '}
                  {digest !== undefined && (
                    <Mono text={shortDigest(digest)} sx={{ color: 'text.secondary' }} />
                  )}
                </Box>
              )),
        ],
      ]}
    />
  );
}

function Sbom({ sbom }: { readonly sbom: NonNullable<Attestation['sbom']> }): ReactElement {
  const { images: texts } = useText();
  const { packages, total, format } = sbom;
  return (
    <Box>
      <Typography variant="body2" color="text.secondary">
        {printable(format)}: {texts.packages(packages.length, total)}
      </Typography>
      <Box
        sx={{ overflow: 'auto', maxHeight: '24rem', mx: -2 }}
        tabIndex={0}
        role="group"
        aria-label={texts.predicates.sbom}
      >
        <DataTable>
          <TableHead columns={[texts.package, texts.version, texts.license]} />
          <tbody>
            {packages.map(({ name, version, license }, at) => (
              <tr key={at}>
                <td>{printable(name)}</td>
                <td>{printable(version ?? '')}</td>
                <td>{printable(license ?? '')}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </Box>
    </Box>
  );
}
