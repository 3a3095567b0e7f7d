import type { BuildHow, ResponseOf } from '@xbundle/backend/contract';
import { Box, Tooltip, Typography } from '@mui/material';
import type { ReactElement } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { useText } from '../../../text/use-text.tsx';
import { choosable, chosenCells, type Choice } from './choice.ts';
import { HOW_LOOKS } from '../how-look.ts';

interface Props {
  readonly plan: Pick<ResponseOf<'plan'>, 'cells'>;
  readonly choice: Choice;
}

const HOWS = Object.keys(HOW_LOOKS) as BuildHow[];

/** How many of the chosen cells are built in which way: the legend of the matrix, and its sum. */
export function HowSummary({ plan, choice }: Props): ReactElement {
  const { build } = useText();
  const chosen = chosenCells(plan.cells, choice);
  const counts = HOWS.map((how) => ({ how, count: chosen.filter((cell) => cell.how === how).length }));
  return (
    <Box sx={{ display: 'flex', columnGap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
      {counts.map(({ how, count }) =>
        count === 0 ? null : (
          <Tooltip key={how} title={build.howHelp[how]}>
            <Box
              component="span"
              sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, fontSize: '0.8125rem' }}
            >
              <Icon name={HOW_LOOKS[how].icon} sx={{ color: `${HOW_LOOKS[how].tone}.main` }} />
              {build.howCount(count, how)}
            </Box>
          </Tooltip>
        ),
      )}
      <Typography variant="body2" color="text.secondary">
        {build.chosen(chosen.length, choosable(plan.cells).length)}
      </Typography>
    </Box>
  );
}
