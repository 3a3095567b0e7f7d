import type { ImportPlanReport } from '@xbundle/backend/contract';
import { Alert, Box, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../components/tables/data-table.tsx';
import { Digest } from '../../components/values/digest.tsx';
import { Mono } from '../../components/values/mono.tsx';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { TableHead } from '../../components/tables/table-head.tsx';
import { shortDigest } from '../../format/digest.ts';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import type { Tone } from '../../theme/tone.ts';

type Step = ImportPlanReport['steps'][number];

const TONES: Readonly<Record<Step['action'], Tone>> = {
  create: 'success',
  overwrite: 'warning',
  repair: 'warning',
  present: 'secondary',
  skip: 'secondary',
};

/** What an import would do to each name of the target. */
export function ImportPlanView({ plan }: { readonly plan: ImportPlanReport }): ReactElement {
  const { bundles, common, explained } = useText();
  const { steps, target, absent } = plan;
  const changes = steps.filter(({ action }) => action !== 'present' && action !== 'skip').length;
  return (
    <>
      <Typography color="text.secondary" sx={{ px: 2, pb: 1 }}>
        {printable(target.label)}: {bundles.planCounts(changes, steps.length)}
      </Typography>
      {absent.map(({ image, platform, reason }) => (
        <Alert key={`${image} ${platform}`} severity="warning" sx={{ borderRadius: 0 }}>
          {printable(`${image} ${platform}: ${explained.reasons['missing'] ?? reason}`)}
        </Alert>
      ))}
      <Box sx={{ overflow: 'auto' }}>
        <DataTable aria-label={bundles.importPlan}>
          <TableHead columns={[bundles.action, common.name, common.digest]} />
          <tbody>
            {steps.map(({ name, action, root, existing }) => (
              <tr key={name}>
                <td>
                  <StatusChip tone={TONES[action]} label={bundles.actions[action]} />
                </td>
                <td>
                  <Mono text={name} />
                  {existing !== undefined && (
                    <Box className="note">{bundles.existing(shortDigest(existing))}</Box>
                  )}
                </td>
                <td>
                  <Digest digest={root} />
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </Box>
    </>
  );
}
