import type { ResponseOf } from '@xbundle/backend/contract';
import { Box, Button, TextField, Typography } from '@mui/material';
import { useState, type FormEvent, type ReactElement } from 'react';
import { z } from 'zod';
import { useQuery } from '../../../client/use-query.ts';
import { DataTable } from '../../../components/tables/data-table.tsx';
import { EmptyState } from '../../../components/states/empty-state.tsx';
import { Icon, type IconName } from '../../../components/icon.tsx';
import { Mono } from '../../../components/values/mono.tsx';
import { Panel } from '../../../components/layout/panel.tsx';
import { Queried } from '../../../components/states/queried.tsx';
import { TextButton } from '../../../components/text-button.tsx';
import { usePlace } from '../../../memory/place.tsx';
import { useRemembered } from '../../../memory/use-remembered.ts';
import { useText } from '../../../text/use-text.tsx';

const placeSchema = z.string();

/** What a registry has: its repositories, where it tells them, and the tags of one. */
export function RegistryImages(): ReactElement {
  const { images } = useText();
  const [place, setPlace] = useRemembered('registry place', placeSchema, '');
  const query = useQuery(place === '' ? undefined : `registry ${place}`, (client, signal) =>
    client.registryImages({ place }, { signal }),
  );
  return (
    <Panel
      title={images.registryTitle}
      actions={<PlaceForm key={place} place={place} onPlace={setPlace} />}
      flush
    >
      {place === '' ? (
        <EmptyState icon="server" title={images.registryEmptyTitle}>
          <p>{images.registryEmpty}</p>
        </EmptyState>
      ) : (
        <Queried query={query} rows={6}>
          {(listed) => <Names listed={listed} onPlace={setPlace} />}
        </Queried>
      )}
    </Panel>
  );
}

interface FormProps {
  readonly place: string;
  readonly onPlace: (place: string) => void;
}

function PlaceForm({ place, onPlace }: FormProps): ReactElement {
  const { images } = useText();
  const [text, setText] = useState(place);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onPlace(text.trim());
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 1, flex: '0 1 32rem' }}>
      <TextField
        fullWidth
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
        placeholder={images.registryPlace}
        slotProps={{ htmlInput: { 'aria-label': images.registryPlace, spellCheck: false } }}
      />
      <Button type="submit" variant="outlined">
        {images.registryList}
      </Button>
    </Box>
  );
}

interface NamesProps {
  readonly listed: ResponseOf<'registryImages'>;
  readonly onPlace: (place: string) => void;
}

const ICONS: Readonly<Record<ResponseOf<'registryImages'>['kind'], IconName>> = {
  repositories: 'folder',
  tags: 'box',
};

function Names({ listed, onPlace }: NamesProps): ReactElement {
  const { images } = useText();
  const { go } = usePlace();
  const { kind, names, cut } = listed;
  if (names.length === 0) return <EmptyState icon="search" title={images.registryNothing} />;
  return (
    <>
      <DataTable aria-label={images.registryKinds[kind]}>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <td>
                <TextButton
                  onClick={() => {
                    if (kind === 'repositories') onPlace(name);
                    else go({ image: name, imageFrom: 'registry' });
                  }}
                >
                  <Icon name={ICONS[kind]} sx={{ mr: 1, verticalAlign: 'text-bottom' }} />
                  <Mono text={name} />
                </TextButton>
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {cut && (
        <Typography variant="body2" color="text.secondary" sx={{ px: 2, py: 1 }}>
          {images.registryCut}
        </Typography>
      )}
    </>
  );
}
