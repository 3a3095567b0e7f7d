import type { Io } from '../io.ts';

/** What commands are given besides their arguments. */
export interface ProgramContext {
  readonly io: Io;
  readonly version: string;
  /** Takes the exit code of a command that ended as it should. */
  readonly finish: (exitCode: number) => void;
}
