import { Tab, Tabs } from '@mui/material';
import type { ReactElement } from 'react';

export interface PartTabsProps<Name extends string> {
  readonly value: Name;
  /** Names and labels, in their order. */
  readonly parts: readonly (readonly [name: Name, label: string])[];
  readonly onChange: (name: Name) => void;
  readonly label: string;
  /** The id of the panel that shows the part. */
  readonly panel: string;
}

/** The parts of a page or panel, one of which is shown. */
export function PartTabs<Name extends string>({
  value,
  parts,
  onChange,
  label,
  panel,
}: PartTabsProps<Name>): ReactElement {
  return (
    <Tabs
      value={value}
      onChange={(_, next: Name) => {
        onChange(next);
      }}
      aria-label={label}
      variant="scrollable"
      scrollButtons={false}
      sx={{ borderBottom: 1, borderColor: 'divider', minHeight: '2.5rem', px: 1, flexShrink: 0 }}
    >
      {parts.map(([name, text]) => (
        <Tab
          key={name}
          value={name}
          label={text}
          id={`${panel}-${name}`}
          aria-controls={panel}
          sx={{ minHeight: '2.5rem', py: 0, textTransform: 'none' }}
        />
      ))}
    </Tabs>
  );
}
