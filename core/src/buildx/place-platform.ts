import { satisfies, type Platform } from '../model/index.ts';
import type { Builder, BuilderNode } from './builder.ts';

/**
 * How a builder runs the programs of a platform: on the machine itself, by an emulator, or not at all. `unknown`
 * where nodes have not said what they can do, which one that was never started has not.
 */
export type PlatformSupport = 'native' | 'emulated' | 'missing' | 'unknown';

export interface PlatformPlace {
  readonly support: PlatformSupport;
  /** Where buildx sends a build for the platform; undefined for a builder without nodes. */
  readonly node?: BuilderNode;
}

/**
 * Says which node builds a platform, and how. buildx takes the first node that was given the platform, else the
 * first that can execute it, else the first of all; a build without RUN for a missing platform still succeeds there.
 */
export function placePlatform({ nodes }: Pick<Builder, 'nodes'>, platform: Platform): PlatformPlace {
  const able = (list: readonly Platform[] = []): boolean => list.some((have) => satisfies(have, platform));
  const node = nodes.find(({ fixed }) => able(fixed)) ?? nodes.find(({ platforms }) => able(platforms));
  if (node !== undefined) return { support: runsNatively(node, platform) ? 'native' : 'emulated', node };
  const support = nodes.some(({ platforms }) => platforms.length === 0) ? 'unknown' : 'missing';
  const [first] = nodes;
  return { support, ...(first !== undefined && { node: first }) };
}

/** Architectures whose programs a machine's own processor usually runs too. BuildKit lists them when it does. */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };

/**
 * Whether the node's machine runs a platform of its list itself. An arm64 processor without 32-bit mode lists arm
 * too once an emulator is there, and cannot be told from one with it.
 */
export function runsNatively({ native }: BuilderNode, { os, architecture }: Platform): boolean {
  if (native?.os !== os) return false;
  return (
    native.architecture === architecture || (ALSO_RUNS[native.architecture]?.includes(architecture) ?? false)
  );
}
