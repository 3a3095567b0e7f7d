import type { BuilderReport } from '@xbundle/backend/contract';
import { Alert, Box, Button, Typography } from '@mui/material';
import { useState, type ReactElement } from 'react';
import { useAction } from '../../client/use-action.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNotice } from '../../components/states/error-notice.tsx';
import { Panel } from '../../components/layout/panel.tsx';
import { StatusChip } from '../../components/values/status-chip.tsx';
import { printable } from '../../format/printable.ts';
import { useText } from '../../text/use-text.tsx';
import { NodeTable } from './node-table.tsx';

interface Props {
  readonly builder: BuilderReport;
  readonly onChanged: () => void;
  readonly onAppend: (name: string) => void;
}

const TOLD_FEATURES = ['multiPlatform', 'attestations', 'cacheExport'] as const;

/** One builder, its nodes, and what can be done with it. */
export function BuilderPanel(props: Props): ReactElement {
  const { builders } = useText();
  const { builder } = props;
  const { name, driver, current, store, features, error, nodes } = builder;
  const lacks = TOLD_FEATURES.filter((feature) => !features[feature]).map(
    (feature) => builders.features[feature],
  );
  const title = (
    <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
      {printable(name)}
      {current && <StatusChip tone="primary" icon="check" label={builders.current} />}
      <Typography variant="body2" color="text.secondary" component="span">
        {[printable(driver), store === undefined ? undefined : builders.store(store)]
          .filter((each) => each !== undefined)
          .join(' · ')}
      </Typography>
      {lacks.length > 0 && (
        <StatusChip tone="warning" icon="warning" label={builders.lacks(lacks.join(', '))} />
      )}
    </Box>
  );
  return (
    <Panel title={title} actions={<BuilderActions {...props} />} flush>
      {error !== undefined && (
        <Alert severity="error" sx={{ mx: 2, mb: 1 }}>
          {printable(error)}
        </Alert>
      )}
      <Box sx={{ overflow: 'auto' }}>
        <NodeTable name={name} nodes={nodes} />
      </Box>
    </Panel>
  );
}

function BuilderActions({ builder, onChanged, onAppend }: Props): ReactElement {
  const { builders } = useText();
  const [isAsked, setAsked] = useState(false);
  const { name, current, driver } = builder;
  const use = useAction(async (client) => {
    await client.useBuilder({ name });
    onChanged();
  });
  const remove = useAction(async (client) => {
    await client.removeBuilder({ name });
    onChanged();
  });
  const error = use.error ?? remove.error;
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      {error !== undefined && <ErrorNotice error={error} />}
      {!current && (
        <Button variant="outlined" disabled={use.isRunning} onClick={() => void use.run()}>
          {builders.use}
        </Button>
      )}
      {driver !== 'docker' && (
        <>
          <Button
            onClick={() => {
              onAppend(name);
            }}
          >
            {builders.append}
          </Button>
          <Button
            color="error"
            disabled={remove.isRunning}
            onClick={() => {
              setAsked(true);
            }}
          >
            {builders.remove}
          </Button>
        </>
      )}
      {isAsked && (
        <ConfirmDialog
          title={builders.removeTitle(printable(name))}
          text={builders.removeText}
          action={builders.remove}
          onEnd={(isConfirmed) => {
            setAsked(false);
            if (isConfirmed) void remove.run();
          }}
        />
      )}
    </Box>
  );
}
