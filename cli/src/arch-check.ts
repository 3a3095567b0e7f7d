import { createExportCheck, type ExportCheck, type OnProgress } from '@xbundle/core';

/** `--arch-check`. */
export type ArchCheckDepth = 'off' | 'quick' | 'full';

export interface ArchCheckRequest {
  readonly archCheck: ArchCheckDepth;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** Fetches no layer unless it is told to. */
  readonly isDry?: boolean | undefined;
}

/** The check that `--arch-check` asks for. */
export function archCheck(request: ArchCheckRequest): ExportCheck | undefined {
  const { archCheck: wanted, signal, onProgress, isDry = false } = request;
  if (wanted === 'off') return undefined;
  const depth = wanted === 'full' ? 'full' : isDry ? 'quick' : 'decide';
  return createExportCheck({ depth, signal, onProgress });
}
