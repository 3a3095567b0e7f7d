import type { Digest } from './digest.ts';
import type { Told } from './told.ts';

export type ProgressPhase = 'resolve' | 'save' | 'fetch' | 'verify' | 'load' | 'push' | 'read-back';

/** What long work reports: the same union for the CLI's bars, its `--progress=json` lines, jobs and the UI. */
export type ProgressEvent =
  /** A phase starts; `bytes` and `blobs` are what is to be moved, where that is known. */
  | {
      readonly type: 'phase';
      readonly phase: ProgressPhase;
      readonly bytes?: number;
      readonly blobs?: number;
    }
  /** `bytes` of a blob have arrived since it was started, out of `size`. A retry may report fewer than before. */
  | { readonly type: 'blob'; readonly digest: Digest; readonly bytes: number; readonly size: number }
  /** A blob is where it should be; `how` says whether it was moved, was there already, or was found by resuming. */
  | {
      readonly type: 'blob-done';
      readonly digest: Digest;
      readonly size: number;
      readonly how: 'moved' | 'present' | 'resumed';
    }
  /** `bytes` more of a stream that is not told apart into blobs. */
  | { readonly type: 'bytes'; readonly bytes: number; readonly total?: number }
  | {
      readonly type: 'retry';
      readonly what: string;
      readonly reason: string;
      readonly attempt: number;
      readonly waitMs: number;
    }
  /** A sentence for people; without a code it is in the words of a tool. */
  | ({ readonly type: 'note'; readonly level: 'info' | 'warning' } & (Told | Pick<Told, 'message'>));

export type OnProgress = (event: ProgressEvent) => void;
