import type {
  BuildCell,
  BuildTarget,
  CellSettings,
  DockerfileFacts,
  PlanBuilder,
} from '../../build/index.ts';
import { parsePlatform, parseReference } from '../../model/index.ts';

/** A component with nothing but a name, an image and what is given. */
export function buildTarget(name: string, parts: Partial<BuildTarget> = {}): BuildTarget {
  return {
    name,
    tags: parts.tags ?? [parseReference(`app/${name.toLowerCase()}:v1`)],
    context: `/src/${name}`,
    args: {},
    labels: {},
    annotations: [],
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    extraHosts: {},
    ulimits: [],
    entitlements: [],
    attest: [],
    noCache: false,
    noCacheFilter: [],
    pull: false,
    needs: [],
    place: { file: 'xbundle.yaml' },
    ...parts,
  };
}

export const CELL_SETTINGS: CellSettings = {
  builder: 'builder',
  outputs: [{ kind: 'oci' }],
  provenance: 'false',
  sbom: 'false',
  noCache: false,
  pull: false,
  exportsCache: true,
  ownCaches: false,
};

/** The cell of a component for linux/arm64 through QEMU, with what is given. */
export function buildCell(parts: Partial<BuildCell> & Pick<BuildCell, 'target'>): BuildCell {
  return {
    id: `${parts.target.name}@linux/arm64`,
    unit: `${parts.target.name}@linux/arm64`,
    platform: parsePlatform('arm64'),
    wanted: true,
    how: 'emulated',
    reason: '',
    needs: [],
    contexts: [],
    services: [],
    settings: CELL_SETTINGS,
    ...parts,
  };
}

/** A builder whose nodes are given by their names and platforms, each one's own first. */
export function planBuilder(
  nodes: Readonly<Record<string, readonly string[]>>,
  isClassic = false,
): PlanBuilder {
  const isFull = !isClassic;
  return {
    name: 'builder',
    driver: isClassic ? 'docker' : 'docker-container',
    nodes: Object.entries(nodes).map(([name, texts]) => {
      const platforms = texts.map((text) => parsePlatform(text));
      const [native] = platforms;
      return {
        name,
        endpoint: 'unix:///var/run/docker.sock',
        status: 'running',
        platforms,
        ...(native !== undefined && { native }),
        labels: {},
      };
    }),
    features: {
      multiPlatform: isFull,
      ociExporter: isFull,
      dockerExporter: isFull,
      attestations: isFull,
      cacheExport: isFull,
      loadsByDefault: isClassic,
    },
  };
}

/** A Dockerfile of one stage with a `RUN` in line 3. */
export const RUNS_ON_TARGET: DockerfileFacts = {
  args: {},
  stages: [{ base: 'alpine', line: 1, runs: [3], from: [] }],
};
