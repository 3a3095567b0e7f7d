import type { DesktopClient } from './dd-client.ts';

export interface DockerOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DockerRun {
  readonly outcome: Promise<DockerOutcome>;
  readonly stop: () => void;
}

export interface DockerOptions {
  /** Each line as it comes; without it, output is kept, up to `KEPT_CHARACTERS` of each stream. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

const KEPT_CHARACTERS = 10_000;

interface Process {
  close(): void;
}

/** Processes by their handle: a host may end those that nothing refers to any more. */
const running = new Set<Process>();

/**
 * Runs the host's `docker` with a vector of arguments. It is always the streaming form: without `stream` the
 * arguments are joined to a line for a shell on macOS (docker/extensions-sdk#303), with it they pass as they are.
 * A command that cannot be started resolves with exit code -1 and the reason in `stderr`. Leaving the tab ends it.
 */
export function runDocker(
  desktop: Pick<DesktopClient, 'docker'>,
  [command = '', ...args]: readonly string[],
  { onLine }: DockerOptions = {},
): DockerRun {
  const kept = { stdout: '', stderr: '' };
  let child: Process | undefined;
  const outcome = new Promise<DockerOutcome>((resolve) => {
    const end = (exitCode: number): void => {
      if (child !== undefined) running.delete(child);
      resolve({ exitCode, ...kept });
    };
    const take = (text: string, stream: 'stdout' | 'stderr'): void => {
      onLine?.(text, stream);
      kept[stream] = `${kept[stream]}${text}\n`.slice(-KEPT_CHARACTERS);
    };
    child = desktop.docker.cli.exec(command, args, {
      stream: {
        splitOutputLines: true,
        onOutput(data) {
          if (data.stdout !== undefined) take(data.stdout, 'stdout');
          else take(data.stderr, 'stderr');
        },
        onError(error: unknown) {
          kept.stderr = `${kept.stderr}${error instanceof Error ? error.message : String(error)}\n`;
          end(-1);
        },
        onClose: end,
      },
    });
    running.add(child);
  });
  return { outcome, stop: () => child?.close() };
}
