import { enUS, zhCN } from '@mui/material/locale';
import { createTheme, type Theme, type ThemeOptions } from '@mui/material/styles';
import type { Language } from '../text/language.ts';
import { PALETTES, type Mode } from './palette.ts';

/** `window.__ddMuiV6Themes` of Docker Desktop, as @docker/docker-mui-theme reads it. */
export type HostThemes = Readonly<Record<Mode, ThemeOptions>>;

export const MONOSPACE =
  'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

const OWN: ThemeOptions = {
  shape: { borderRadius: 6 },
  typography: {
    fontFamily:
      'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans CJK SC", "PingFang SC", sans-serif',
    fontSize: 13,
    h1: { fontSize: '1.25rem', fontWeight: 600, lineHeight: 1.4 },
    h2: { fontSize: '1rem', fontWeight: 600, lineHeight: 1.5 },
    h6: { fontSize: '1.0625rem', fontWeight: 600, lineHeight: 1.5 },
    h3: { fontSize: '0.875rem', fontWeight: 600, lineHeight: 1.5 },
    body1: { fontSize: '0.875rem', lineHeight: 1.5 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
    button: { textTransform: 'none', fontWeight: 500 },
  },
};

/** What this tab needs in any theme: density, and a focus that is always to be seen. */
const COMPONENTS: NonNullable<ThemeOptions['components']> = {
  MuiButton: {
    defaultProps: { size: 'small', disableElevation: true, disableRipple: true },
    styleOverrides: {
      root: { whiteSpace: 'nowrap' },
      icon: { '& > *:nth-of-type(1)': { fontSize: '1.0625rem' } },
    },
  },
  MuiCircularProgress: { defaultProps: { disableShrink: true } },
  MuiIconButton: { defaultProps: { size: 'small', disableRipple: true } },
  MuiButtonBase: { defaultProps: { disableRipple: true } },
  // In dark mode MUI lightens what is raised; here a border and a shadow tell it.
  MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
  MuiTextField: { defaultProps: { size: 'small' } },
  MuiSelect: { defaultProps: { size: 'small' } },
  MuiCheckbox: { defaultProps: { size: 'small', disableRipple: true } },
  MuiSwitch: { defaultProps: { size: 'small' } },
  MuiTable: { defaultProps: { size: 'small' } },
  MuiTooltip: { defaultProps: { enterDelay: 400, arrow: true, describeChild: true } },
};

/** What MUI's own parts say, such as the button that empties a field. */
const WORDS: Readonly<Record<Language, object>> = { en: enUS, 'zh-CN': zhCN };

export interface ThemeChoice {
  readonly mode: Mode;
  readonly language: Language;
  readonly host: HostThemes | undefined;
}

/** The theme of Docker Desktop where it gives one, else our own. */
export function makeTheme({ mode, language, host }: ThemeChoice): Theme {
  const base = host?.[mode] ?? { ...OWN, palette: PALETTES[mode] };
  return createTheme(base, { components: { ...base.components, ...COMPONENTS } }, WORDS[language]);
}
