import type { PaletteOptions } from '@mui/material/styles';

export type Mode = 'light' | 'dark';

/** Used outside Docker Desktop. Text colours have a contrast of at least 4.5 on both backgrounds (WCAG AA). */
export const PALETTES: Readonly<Record<Mode, PaletteOptions>> = {
  light: {
    mode: 'light',
    primary: { main: '#1a5fd6' },
    secondary: { main: '#5a6475' },
    success: { main: '#17734a' },
    warning: { main: '#8f5300' },
    error: { main: '#c42b2b' },
    info: { main: '#0b6a8f' },
    background: { default: '#f7f8fa', paper: '#ffffff' },
    text: { primary: '#171b22', secondary: '#566072' },
    divider: '#dde2ea',
  },
  dark: {
    mode: 'dark',
    primary: { main: '#6aa9ff' },
    secondary: { main: '#a3aebf' },
    success: { main: '#4cc08a' },
    warning: { main: '#e8ad4d' },
    error: { main: '#ff8178' },
    info: { main: '#5fc3e4' },
    background: { default: '#0f1318', paper: '#171c24' },
    text: { primary: '#e7eaf0', secondary: '#9da8b8' },
    divider: '#2b333f',
  },
};
