import type { JobResult } from '@xbundle/backend/contract';
import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { DataTable } from '../../components/tables/data-table.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { Explanation } from '../../components/values/explanation.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';

interface Props {
  readonly problems: NonNullable<JobResult['problems']>;
}

/** Everything that is wrong with a bundle. */
export function ProblemList({ problems }: Props): ReactElement {
  const { bundles, explained } = useText();
  return (
    <Panel title={`${bundles.problems} (${problems.length})`} flush>
      <Box sx={{ overflow: 'auto', maxHeight: '24rem' }}>
        <DataTable aria-label={bundles.problems}>
          <tbody>
            {problems.map(({ code, message, image, platform, offset }, at) => (
              <tr key={at}>
                <td>
                  <strong>{code}</strong>
                </td>
                <td style={{ overflowWrap: 'anywhere' }}>
                  <Explanation told={explained.problems[code]} text={printable(message)} />
                  <Box className="note">
                    {[image, platform, offset === undefined ? undefined : bundles.problemAt(offset)]
                      .filter((each) => each !== undefined)
                      .map(printable)
                      .join(' · ')}
                  </Box>
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </Box>
    </Panel>
  );
}
