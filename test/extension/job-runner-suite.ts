import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobRunner, JobSpec, OutputChunk } from '../../backend/src/jobs/runners/job-runner.ts';

/** What stands for `xbundle` in the suite; runners start it with the arguments that a test gives. */
export const PROGRAM = `#!/bin/sh
mode="$1"; shift
case "$mode" in
  both) echo out; echo err >&2; exit "$1";;
  args) for each in "$@"; do printf '<%s>\\n' "$each"; done;;
  long) i=0; while [ $i -lt 2000 ]; do printf '%060d' 0; i=$((i+1)); done; echo; echo end;;
  slow) trap 'echo asked to end; exit 130' TERM; i=0
        while [ $i -lt 600 ]; do echo "line $i"; i=$((i+1)); sleep 0.1 & wait $!; done;;
esac
`;

export interface RunnerUnderTest {
  /** A runner of what earlier ones have started: what a backend has after a restart. */
  open(): JobRunner;
  /** Ends a job from outside, without a trace. */
  destroy(id: string): Promise<void>;
}

let count = 0;

function specFor(...args: readonly string[]): JobSpec {
  const id = `suite-${process.pid}-${Date.now().toString(36)}-${count++}`;
  const request = { kind: 'verify' as const, bundle: '/x.tar', quick: false };
  return { id, program: 'xbundle', args, mounts: [], needsEngine: false, createdAt: Date.now(), request };
}

async function text(chunks: AsyncIterable<OutputChunk>): Promise<Record<OutputChunk['stream'], string>> {
  const output = { stdout: '', stderr: '' };
  for await (const { stream, bytes } of chunks) output[stream] += Buffer.from(bytes).toString('utf8');
  return output;
}

/** What every runner does, whatever it runs jobs in. */
export function testJobRunner(title: string, subject: () => RunnerUnderTest): void {
  describe(title, () => {
    const started: string[] = [];
    const start = async (...args: readonly string[]): Promise<string> => {
      const spec = specFor(...args);
      started.push(spec.id);
      expect(await subject().open().start(spec)).toBeUndefined();
      return spec.id;
    };
    afterEach(async () => {
      for (const id of started.splice(0)) {
        await subject().destroy(id);
        await subject().open().remove(id);
      }
    });

    it.each([0, 3, 130])('gives both streams and exit code %i', async (exitCode) => {
      const id = await start('both', String(exitCode));
      const runner = subject().open();
      expect(await text(runner.follow(id))).toEqual({ stdout: 'out\n', stderr: 'err\n' });
      const state = await runner.state(id);
      expect(state).toMatchObject({ state: 'ended', exitCode });
      if (state.state === 'ended') expect(Math.abs(Date.now() - (state.endedAt ?? 0))).toBeLessThan(60_000);
    });

    it('passes arguments as they are', async () => {
      const args = ['a b', '$(id)', '`id`', '"', "'", '\\', 'a,b=c', '-x', '', 'é\n2', '*'];
      const id = await start('args', ...args);
      const { stdout } = await text(subject().open().follow(id));
      expect(stdout).toBe(args.map((each) => `<${each}>\n`).join(''));
    });

    it('gives a line of 120 kB whole', async () => {
      const id = await start('long');
      const { stdout } = await text(subject().open().follow(id));
      expect(stdout).toBe(`${'0'.repeat(120_000)}\nend\n`);
    });

    it('gives all output again to another runner, while the program goes on and after it', async () => {
      const id = await start('slow');
      const controller = new AbortController();
      let seen = '';
      const first = (async () => {
        for await (const { bytes } of subject().open().follow(id, { signal: controller.signal })) {
          seen += Buffer.from(bytes).toString();
          if (seen.includes('line 5')) controller.abort();
        }
      })();
      await expect(first).rejects.toThrow();
      const second = subject().open();
      expect(await second.state(id)).toEqual({ state: 'running' });
      const all = text(second.follow(id));
      await second.cancel(id);
      const { stdout } = await all;
      expect(stdout).toMatch(/^line 0\nline 1\n/);
      expect(stdout).toMatch(/asked to end\n$/);
      expect(await second.state(id)).toMatchObject({ state: 'ended', exitCode: 130 });
      expect((await text(subject().open().follow(id))).stdout).toBe(stdout);
    });

    it('knows what runs and what it was asked for, until it is removed', async () => {
      const id = await start('both', '0');
      const runner = subject().open();
      await text(runner.follow(id));
      expect((await runner.known()).find((run) => run.id === id)).toMatchObject({
        request: { kind: 'verify', bundle: '/x.tar' },
      });
      await runner.remove(id);
      expect((await runner.known()).map((run) => run.id)).not.toContain(id);
      expect(await runner.state(id)).toEqual({ state: 'lost' });
      await runner.remove(id);
    });

    it('says that a job is lost whose end nobody saw, and stops following it', async () => {
      const id = await start('slow');
      const runner = subject().open();
      const following = text(runner.follow(id));
      await sleep(300);
      await subject().destroy(id);
      expect((await following).stdout).toContain('line 0');
      expect(await runner.state(id)).toEqual({ state: 'lost' });
    });

    it('cancels what has ended without complaint', async () => {
      const id = await start('both', '0');
      const runner = subject().open();
      await text(runner.follow(id));
      await runner.cancel(id);
      expect(await runner.state(id)).toMatchObject({ state: 'ended', exitCode: 0 });
    });
  });
}
