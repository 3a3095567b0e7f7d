import { judgeBuilder, parseBuildxVersion, type Builder, type BuilderNode } from '../../buildx/index.ts';
import type { BuilderReport, DoctorFacts, Emulator, EngineReport } from '../../doctor/index.ts';
import type { EngineFacts } from '../../engine/index.ts';
import { parsePlatform, parsePlatforms } from '../../model/index.ts';

/** What a doctor finds out on a machine; tests change what they are about. */
export const ENGINE: EngineFacts = {
  apiVersion: '1.51',
  version: '28.5.2',
  store: 'containerd',
  platform: parsePlatform('amd64'),
  dockerRootDir: '/var/lib/docker',
  freeBytes: 80e9,
};

export const REACHED: Extract<EngineReport, { readonly reached: true }> = {
  reached: true,
  label: 'unix:///var/run/docker.sock',
  chosenBy: 'default',
  facts: ENGINE,
  desktop: false,
};

export const UNREACHED: EngineReport = {
  reached: false,
  label: 'unix:///var/run/docker.sock',
  chosenBy: 'default',
  failure: { code: 'UNREACHABLE', reason: 'no Docker Engine answers' },
};

const CONTAINERD_LABELS = { 'org.mobyproject.buildkit.worker.snapshotter': 'overlayfs' };

export function node(platforms: string, more: Partial<BuilderNode> = {}): BuilderNode {
  const list = parsePlatforms([platforms]);
  const [native] = list;
  return {
    name: 'default',
    endpoint: 'default',
    status: 'running',
    platforms: list,
    ...(native !== undefined && { native }),
    labels: CONTAINERD_LABELS,
    ...more,
  };
}

export function builder(
  driver: string,
  ...nodes: readonly BuilderNode[]
): Extract<BuilderReport, { readonly found: true }> {
  const made: Builder = { name: 'default', driver, nodes };
  return { found: true, facts: judgeBuilder(made), names: [] };
}

/** A machine where nothing is wrong. */
export function healthy(changes: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    wanted: parsePlatforms(['amd64,arm64']),
    docker: {
      found: true,
      client: parseBuildxVersion('docker 28.5.2'),
      buildx: parseBuildxVersion('buildx v0.29.1'),
    },
    engine: REACHED,
    builder: builder('docker', node('amd64,386,arm64')),
    emulators: [emulator()],
    binfmtImage: 'registry.example/binfmt:1',
    ...changes,
  };
}

export function emulator(changes: Partial<Emulator> = {}): Emulator {
  return { name: 'qemu-aarch64', architecture: 'arm64', enabled: true, flags: 'POF', ...changes };
}
