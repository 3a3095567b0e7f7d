import type { Theme } from '@mui/material/styles';

/** A colour of the theme by what it says; it always stands beside an icon or a word that says the same. */
export type Tone = 'success' | 'warning' | 'error' | 'info' | 'primary' | 'secondary';

/** So many percent of a tone, through which what lies below is seen. */
export function mix({ palette }: Theme, tone: Tone, percent: number): string {
  return `color-mix(in srgb, ${palette[tone].main} ${percent}%, transparent)`;
}

/** So many percent of a tone on the colour of a panel, through which nothing is seen. */
export function solid({ palette }: Theme, tone: Tone, percent: number): string {
  return `color-mix(in srgb, ${palette[tone].main} ${percent}%, ${palette.background.paper})`;
}

/** A surface of a tone; on dark ones a colour needs more of itself to be seen. */
export function surface(theme: Theme, tone: Tone): string {
  return mix(theme, tone, theme.palette.mode === 'dark' ? 15 : 8);
}
