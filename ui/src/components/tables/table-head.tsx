import type { ReactElement } from 'react';

/** A title; with `number` it stands to the right as its values do, with `hidden` only screen readers have it. */
export type Column = string | readonly [title: string, kind: 'number' | 'hidden'];

/** The titles of a `DataTable`. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }): ReactElement {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const [title, kind] = typeof column === 'string' ? [column, undefined] : column;
          return kind === 'hidden' ? (
            <th key={title} scope="col" aria-label={title} />
          ) : (
            <th key={title} scope="col" className={kind}>
              {title}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
