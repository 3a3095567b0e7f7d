import type { DesktopClient } from '../desktop-transport/dd-client.ts';

export interface FakeRun {
  readonly args: readonly string[];
  readonly write: (line: string, stream?: 'stdout' | 'stderr') => void;
  readonly end: (exitCode: number) => void;
}

interface Stream {
  readonly onOutput?: (data: object) => void;
  readonly onClose?: (code: number) => void;
}

/** The host's docker command as Docker Desktop gives it, under the control of a test. */
export function fakeDocker(onRun: (run: FakeRun) => void): Pick<DesktopClient, 'docker'> {
  const exec = (command: string, args: readonly string[], options: { readonly stream?: Stream }) => {
    const { stream } = options;
    if (stream === undefined) throw new Error('the form without stream goes through a shell on macOS');
    // Output comes after the handle was given, as it does there.
    queueMicrotask(() => {
      onRun({
        args: [command, ...args],
        write: (line, name = 'stdout') => stream.onOutput?.({ [name]: line }),
        end: (exitCode) => stream.onClose?.(exitCode),
      });
    });
    return { close: () => stream.onClose?.(130) };
  };
  return { docker: { cli: { exec } } } as unknown as Pick<DesktopClient, 'docker'>;
}
