import type {
  BuilderReport,
  BundleReport,
  Forecast,
  ImportPlanReport,
  ResponseOf,
} from '@xbundle/backend/contract';
import type { Handlers } from './fixture-transport.ts';
import { sampleDigest } from './sample-digest.ts';
import { sampleImages, sampleInspection, sampleTree } from './sample-images.ts';
import { COMPONENTS, DIRECTORY } from './sample-project.ts';
import { imagesOf } from '../views/images/tree-parts.ts';
import { BUNDLE_PATH, sampleCells } from './sample-transfer.ts';

const FEATURES = {
  multiPlatform: true,
  ociExporter: true,
  dockerExporter: true,
  attestations: true,
  cacheExport: true,
  loadsByDefault: false,
};

export const BUILDERS: BuilderReport[] = [
  {
    name: 'default',
    driver: 'docker',
    current: true,
    store: 'containerd',
    features: { ...FEATURES, loadsByDefault: true },
    nodes: [
      {
        name: 'default',
        endpoint: 'default',
        status: 'running',
        version: 'v0.25.1',
        native: ['linux/amd64', 'linux/amd64/v2', 'linux/386'],
        emulated: ['linux/arm64', 'linux/riscv64', 'linux/s390x'],
      },
    ],
  },
  {
    name: 'multi',
    driver: 'docker-container',
    current: false,
    features: FEATURES,
    nodes: [
      {
        name: 'multi0',
        endpoint: 'unix:///var/run/docker.sock',
        status: 'running',
        version: 'v0.25.1',
        fixed: ['linux/amd64'],
        native: ['linux/amd64'],
        emulated: [],
      },
      {
        name: 'multi1',
        endpoint: 'ssh://builder@arm-01',
        status: 'error',
        fixed: ['linux/arm64'],
        native: ['linux/arm64'],
        emulated: [],
        error: 'the host arm-01 cannot be reached: connection timed out',
      },
    ],
  },
];

export const FORECAST: Forecast = {
  complete: true,
  cells: sampleCells(),
  bytes: 4_210_000_000,
  blobs: 122,
  sharedBytes: 1_930_000_000,
  exact: true,
};

export const BUNDLE: BundleReport = {
  path: BUNDLE_PATH,
  id: sampleDigest('bundle'),
  size: 4_210_000_000,
  name: 'ai-infra',
  version: 'v0.3.8',
  created: '2026-11-18T09:30:00Z',
  complete: true,
  images: COMPONENTS.map((component) => ({
    name: `docker.io/ai-infra/${component}:v0.3.8`,
    digest: sampleDigest(component),
    origin: component === 'nginx' ? 'assembled' : 'kept',
    source: 'docker',
  })),
  cells: sampleCells(),
  attestations: 24,
  blobs: 122,
};

export const IMPORT_PLAN: ImportPlanReport = {
  target: {
    kind: 'docker',
    label: 'engine unix:///var/run/docker.sock',
    holdsIndexes: true,
    platform: 'linux/amd64',
  },
  steps: COMPONENTS.map((component, at) => ({
    image: `docker.io/ai-infra/${component}:v0.3.8`,
    name: `docker.io/ai-infra/${component}:v0.3.8`,
    action: at === 2 ? 'present' : at === 4 ? 'overwrite' : 'create',
    root: sampleDigest(component),
    ...(at === 4 && { existing: sampleDigest('before') }),
  })),
  absent: [],
};

const SBOM_LAYERS = new Set(imagesOf(sampleTree()).map(({ digest }) => sampleDigest(`${digest}sbom`)));

function sampleSbom(): ResponseOf<'attestation'> {
  const names = [
    'adduser',
    'apt',
    'base-files',
    'bash',
    'ca-certificates',
    'coreutils',
    'libc6',
    'libssl3',
    'tini',
  ];
  return {
    predicateType: 'https://spdx.dev/Document',
    sbom: {
      format: 'SPDX-2.3',
      packages: names.map((name, at) => ({
        name,
        version: `${1 + (at % 4)}.${at}.${(at * 7) % 13}-1`,
        license: at % 3 === 0 ? 'GPL-2.0-or-later' : 'MIT',
      })),
      total: 412,
    },
    raw: '{\n  "spdxVersion": "SPDX-2.3"\n}',
    rawLength: 31,
  };
}

/** Of a registry: two repositories, each with some tags. */
function registryNames(place: string): ResponseOf<'registryImages'> {
  const host = place.split('/')[0] ?? place;
  if (place === host) {
    const names = COMPONENTS.map((component) => `${host}/ai-infra/${component}`);
    return { kind: 'repositories', names, cut: false };
  }
  const tags = ['latest', 'v0.3.6', 'v0.3.7', 'v0.3.8', 'v0.3.8-amd64', 'v0.3.8-arm64'];
  return { kind: 'tags', names: tags.map((tag) => `${place}:${tag}`), cut: false };
}

const ENTRIES: ResponseOf<'folder'>['entries'] = [
  { name: 'ai-infra', path: DIRECTORY, kind: 'folder' },
  { name: 'go-service', path: '/home/dev/go-service', kind: 'folder' },
  { name: 'release.tar', path: '/home/dev/release.tar', kind: 'file', size: 4_210_000_000 },
];

/** Routes whose answers do not change. */
export function otherHandlers(): Handlers {
  const images = sampleImages(40);
  return {
    hostCommands: () => ({ commands: [] }),
    hostCommandDone: () => ({}),
    dismissNotice: () => ({}),
    builders: () => ({ builders: BUILDERS }),
    useBuilder: () => ({}),
    removeBuilder: () => ({}),
    engineImages: ({ search, cursor, limit }) => {
      const found = images.filter(({ name }) => name.includes(search ?? ''));
      const next = cursor + limit;
      return { images: found.slice(cursor, next), total: found.length, ...(next < found.length && { next }) };
    },
    registryImages: ({ place }) => registryNames(place),
    inspect: ({ reference }) => sampleInspection(reference),
    config: ({ manifest }) => ({
      digest: manifest,
      platform: 'linux/amd64',
      history: [],
      raw: '{\n  "architecture": "amd64"\n}',
    }),
    attestation: ({ layer }) =>
      SBOM_LAYERS.has(layer)
        ? sampleSbom()
        : {
            predicateType: 'https://slsa.dev/provenance/v0.2',
            provenance: {
              builder: 'https://github.com/moby/buildkit',
              buildType: 'https://mobyproject.org/buildkit@v1',
              source: 'https://git.example/ai-infra.git',
              revision: '3f1c2a9',
              startedOn: '2026-11-18T09:10:00Z',
              finishedOn: '2026-11-18T09:12:44Z',
              platform: 'linux/amd64',
              args: { TAG: 'v0.3.8' },
              materials: [{ uri: 'pkg:docker/debian@12', digest: sampleDigest('debian') }],
            },
            raw: `{\n  "layer": "${layer}"\n}`,
            rawLength: 90,
          },
    rawManifest: () => ({
      digest: sampleDigest('raw'),
      mediaType: 'application/json',
      raw: '{\n  "schemaVersion": 2\n}',
    }),
    folder: ({ files }) => ({
      path: '/home/dev',
      root: '/home/dev',
      entries: ENTRIES.filter(({ kind }) => files || kind === 'folder'),
      cut: false,
      writable: true,
    }),
    openBundle: ({ path }) => ({ ...BUNDLE, path }),
    bundleTree: ({ image }) => ({ name: image, tree: sampleTree() }),
    forecast: ({ images: names }) => {
      const cells = FORECAST.cells.filter(
        ({ image }) => names.length === 0 || names.some((name) => image.endsWith(name)),
      );
      const part = sizeOf(cells) / sizeOf(FORECAST.cells);
      const { bytes, sharedBytes = 0 } = FORECAST;
      return { ...FORECAST, cells, bytes: bytes * part, sharedBytes: sharedBytes * part };
    },
    importPlan: () => IMPORT_PLAN,
    recentBundles: () => ({
      bundles: [{ path: BUNDLE_PATH, lastUsed: Date.UTC(2026, 10, 20), job: 'export-1' }],
    }),
    history: () => ({ jobs: 4, bytes: 12_000_000, maxJobs: 500, maxBytes: 1_000_000_000 }),
    setHistory: () => ({}),
    clearHistory: () => ({ removed: 4 }),
  };
}

function sizeOf(cells: Forecast['cells']): number {
  return cells.reduce((sum, { size = 0 }) => sum + size, 0);
}
