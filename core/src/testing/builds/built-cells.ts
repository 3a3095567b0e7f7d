import type { BuildCell, BuildReport, CellReport } from '../../build/index.ts';
import { parseDigest, parseReference } from '../../model/index.ts';
import { buildCell, buildTarget } from './build-targets.ts';

const PLATFORM = { os: 'linux', architecture: 'arm64' };

/** A cell of a plan, for linux/arm64, as a bake file gives it. */
export function plannedCell(component: string): BuildCell {
  const target = buildTarget(component, {
    tags: [parseReference('team/app:v1')],
    context: `/project/${component}`,
    place: { file: '/project/docker-bake.hcl' },
  });
  return buildCell({ target, node: 'default', reason: 'RUN goes through QEMU' });
}

function descriptor(
  kind: 'manifest' | 'config',
  digit: string,
): {
  readonly mediaType: string;
  readonly digest: ReturnType<typeof parseDigest>;
  readonly size: number;
} {
  return {
    mediaType: `application/vnd.oci.image.${kind}.v1+json`,
    digest: parseDigest(`sha256:${digit.repeat(64)}`),
    size: 1000,
  };
}

/** The report of a cell that is done and in a store. */
export function storedCell(component: string, platform = 'linux/arm64'): CellReport {
  const manifest = { ...descriptor('manifest', 'a'), platform: PLATFORM };
  const root = descriptor('manifest', 'a');
  const config = descriptor('config', 'b');
  return {
    id: `${component}@${platform}`,
    component,
    platform,
    wanted: true,
    how: 'emulated',
    state: 'done',
    attempts: 1,
    durationMs: 1234,
    results: [{ kind: 'oci', root, manifest, config, attestations: [], size: 5000 }],
    log: 'logs/01.log',
  };
}

/** The report of a run with these cells. */
export function plannedReport(cells: readonly CellReport[]): BuildReport {
  const names = [...new Set(cells.map(({ component }) => component))];
  return {
    type: 'application/vnd.xbundle.build.v1+json',
    id: '2026-01-01T00-00-00-000Z',
    name: 'release',
    version: 'v1',
    builder: 'default',
    driver: 'docker',
    started: '2026-01-01T00:00:00.000Z',
    durationMs: 12_345,
    complete: cells.every(({ state }) => state === 'done'),
    interrupted: false,
    directory: '/state/runs/1',
    store: '/state/store',
    cells,
    images: names.map((component) => ({
      name: `docker.io/team/${component}:v1`,
      component,
      digest: parseDigest(`sha256:${'c'.repeat(64)}`),
    })),
    outputs: [],
  };
}
