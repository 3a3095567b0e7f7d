import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';
import { startUi, type RunningUi } from './backend-client.ts';
import { removeImages } from './engine-images.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { buildTalker } from './talking-image.ts';

/** Prints lines, takes its time, and ends when it is asked to. */
const slowScript = (count: number): string =>
  `trap 'exit 130' TERM; i=0; while [ $i -lt ${count} ]; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done`;

/** How many lines each prints, ten a second. */
const LENGTHS = { short: 3, long: 40, endless: 6_000 };

/** An `xbundle ui` that uses a real engine, and images whose containers take their time. */
export interface BackendFixture {
  /** What it is started for. */
  readonly root: string;
  readonly scratch: string;
  readonly state: string;
  readonly ui: RunningUi;
  /** Starts a job that prints `line 0`, `line 1`, …; its id. */
  startSlow(length: keyof typeof LENGTHS): Promise<string>;
  /** What a job printed on standard output: without what docker itself has to say. */
  printed(id: string): Promise<readonly string[]>;
  /** Ends the server, does something, and starts another. */
  restart(signal: NodeJS.Signals, between?: () => Promise<unknown>): Promise<void>;
  remove(): Promise<void>;
}

export async function startBackend(engines: Engines, repository: string): Promise<BackendFixture> {
  const { containerd } = engines;
  const scratch = await makeScratch('backend');
  const [root, state] = [join(scratch, 'root'), join(scratch, 'state')];
  const env = { ...toolEnvironment(containerd), HOME: scratch, XDG_STATE_HOME: state };
  await mkdir(root);
  const images = await buildSlow(engines, { scratch, repository });
  let ui = await startUi({ root, env });
  return {
    root,
    scratch,
    state,
    get ui() {
      return ui;
    },
    startSlow: async (length) => {
      const image = `${repository}/slow:${length}`;
      return (await ui.backend.start({ kind: 'binfmt-install', image })).id;
    },
    printed: async (id) => {
      const { lines } = await ui.backend.call('jobLog', { id });
      return lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
    },
    restart: async (signal, between) => {
      await ui.stop(signal);
      await between?.();
      ui = await startUi({ root, env });
    },
    remove: async () => {
      await ui.stop();
      await removeImages(containerd, images);
      await removeScratch(scratch);
    },
  };
}

/** Images whose containers print a line ten times a second. */
export async function buildSlow(
  engines: Engines,
  { scratch, repository }: { readonly scratch: string; readonly repository: string },
): Promise<readonly string[]> {
  const images: string[] = [];
  for (const [tag, count] of Object.entries(LENGTHS)) {
    const image = `${repository}/slow:${tag}`;
    await buildTalker(engines, { scratch, names: [image], script: slowScript(count) });
    images.push(image);
  }
  return images;
}
