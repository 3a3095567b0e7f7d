/** The JSON documents that commands print, as far as tests read them. */
import type { Cell, Receipt } from '@xbundle/core';
import type { CliRun } from './cli.ts';

export interface ExportDocument {
  readonly complete: boolean;
  readonly written: boolean;
  readonly output?: string;
  readonly id?: string;
  readonly size?: number;
  readonly dryRun?: boolean;
  readonly fetch: { readonly blobs: number; readonly bytes: number; readonly sharedBytes: number };
  readonly images: readonly {
    readonly name: string;
    readonly root: { readonly digest: string };
    readonly origin: 'kept' | 'subset' | 'assembled';
    readonly source: { readonly kind: string; readonly digest?: string; readonly store?: string };
  }[];
  readonly cells: readonly Cell[];
  readonly attestations: number;
}

export interface VerifyDocument {
  readonly complete: boolean;
  readonly integrity: 'ok' | 'failed';
  readonly signed: boolean;
  /** Absent where no head could be read. */
  readonly id?: string;
  readonly cells: readonly Cell[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string; readonly exitCode: number };
}

/** The one document on stdout; throws, with what there was, where it is none. */
function documentOf(run: CliRun): unknown {
  try {
    return JSON.parse(run.stdout);
  } catch (cause) {
    throw new Error(`no JSON document, exit code ${run.exitCode}: ${run.stdout}\n${run.stderr}`, { cause });
  }
}

export function exportOf(run: CliRun): ExportDocument {
  return documentOf(run) as ExportDocument;
}

export function verifyOf(run: CliRun): VerifyDocument {
  return documentOf(run) as VerifyDocument;
}

export function receiptOf(run: CliRun): Receipt {
  return documentOf(run) as Receipt;
}

export function errorOf(run: CliRun): ErrorDocument {
  return documentOf(run) as ErrorDocument;
}
