/** Where two columns have room: Docker Desktop's own window, less its menu, is about this wide. */
export const WIDE = '@media (min-width: 64rem)';
