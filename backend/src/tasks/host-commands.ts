import { interrupted, type XbundleError } from '@xbundle/core';
import { startFailure } from '../jobs/runners/container-runner.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: XbundleError) => void;
}

/** Docker commands that the tab was asked to run for a question, until it says how they ended. */
export class HostCommands {
  readonly #waiters = new Map<string, Waiter>();

  /** Resolves once the tab has run it. Rejects with REFUSED or POLICY where that failed, INTERRUPTED on abort. */
  async wait(id: string, signal: AbortSignal): Promise<void> {
    const abort = (): void => {
      this.#waiters.get(id)?.reject(interrupted(signal));
    };
    signal.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => this.#waiters.set(id, { resolve, reject }));
    } finally {
      signal.removeEventListener('abort', abort);
      this.#waiters.delete(id);
    }
  }

  done(id: string, exitCode: number, stderr: string): void {
    const waiter = this.#waiters.get(id);
    if (exitCode === 0) waiter?.resolve();
    else waiter?.reject(startFailure(stderr));
  }
}
