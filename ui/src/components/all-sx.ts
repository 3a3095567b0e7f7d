import type { SxProps, Theme } from '@mui/material/styles';

/** Styles on top of each other, the last winning; each may be a list itself. */
export function allSx(...parts: readonly SxProps<Theme>[]): SxProps<Theme> {
  // What `flatMap` gives is a list of single styles, which the type of `sx` spells in another way.
  return parts.flatMap<unknown>((part) => part) as SxProps<Theme>;
}
