import type { EngineImageReport, Inspection, TreeImage, TreeNode } from '@xbundle/backend/contract';
import { sampleDigest } from './sample-digest.ts';
import { COMPONENTS } from './sample-project.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const IN_TOTO = 'application/vnd.in-toto+json';

const STEPS: readonly (readonly [string, number, boolean])[] = [
  ['ADD debian-rootfs.tar.xz / # buildkit', 29_400_000, false],
  [
    'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini',
    11_800_000,
    false,
  ],
  ['COPY assets /usr/share/app # buildkit', 46_200_000, true],
  ['COPY --from=build /out/server /usr/local/bin/server # buildkit', 18_900_000, false],
  ['RUN useradd --system app && install -d -o app /var/lib/app', 4_300, false],
];

export function sampleImage(platform: string, component = 'backend', version = 'v0.3.8'): TreeImage {
  // Between two versions the program changes, on all platforms but one.
  const program = platform === 'linux/arm/v7' ? '' : version;
  return {
    kind: 'image',
    digest: sampleDigest(`${component}${platform}${program}`),
    mediaType: MANIFEST,
    size: 1_620,
    platform,
    config: {
      digest: sampleDigest(`${component}${platform}${program}config`),
      mediaType: CONFIG,
      size: 4_211,
    },
    created: '2026-11-18T09:12:44Z',
    layers: STEPS.map(([createdBy, size, isShared], at) => ({
      digest: sampleDigest(`${component}${createdBy}${isShared ? '' : platform}${at === 3 ? program : ''}`),
      mediaType: LAYER,
      size: isShared ? size : size + platform.length * 1_000 + at * program.length * 40_000,
      createdBy,
      ...(isShared && { sharedBy: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] }),
    })),
  };
}

export function sampleTree(component = 'backend', version = 'v0.3.8'): TreeNode {
  const images = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'].map((platform) =>
    sampleImage(platform, component, version),
  );
  return {
    kind: 'index',
    digest: sampleDigest(`${component}${version === 'v0.3.8' ? '' : version}`),
    mediaType: INDEX,
    size: 1_609,
    children: [
      ...images,
      {
        kind: 'absent',
        digest: sampleDigest('gone'),
        mediaType: MANIFEST,
        size: 1_620,
        platform: 'linux/s390x',
      },
      ...images.map((image): TreeNode => ({
        kind: 'attestation',
        digest: sampleDigest(`${image.digest}attestation`),
        mediaType: MANIFEST,
        size: 840,
        subject: image.digest,
        predicates: ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'],
        layers: [
          { digest: sampleDigest(`${image.digest}provenance`), mediaType: IN_TOTO, size: 9_400 },
          { digest: sampleDigest(`${image.digest}sbom`), mediaType: IN_TOTO, size: 182_000 },
        ],
      })),
    ],
  };
}

export function sampleInspection(reference: string): Inspection {
  const component = COMPONENTS.find((name) => reference.includes(name)) ?? 'backend';
  return {
    name: `docker.io/${reference}`,
    from: 'docker',
    label: 'engine unix:///var/run/docker.sock',
    tree: sampleTree(component, reference.split(':').at(-1)),
  };
}

/** Images of an engine: the sample release, and as many others as are wanted. */
export function sampleImages(count = 16): EngineImageReport[] {
  return Array.from({ length: count }, (_, at): EngineImageReport => {
    const component = COMPONENTS[at % COMPONENTS.length] ?? 'backend';
    const name =
      at < COMPONENTS.length ? `ai-infra/${component}:v0.3.8` : `team-${at}/${component}:build-${at}`;
    const platforms = at % 4 === 3 ? ['linux/amd64'] : ['linux/amd64', 'linux/arm64'];
    return {
      name,
      named: true,
      id: sampleDigest(name),
      created: Date.UTC(2026, 10, 18, 9, at % 60),
      size: 120_000_000 + at * 7_300_000,
      platforms: platforms.map((platform, index) => ({
        platform,
        digest: sampleDigest(`${name}${platform}`),
        size: 60_000_000 + at * 1_000_000,
        complete: !(at % 7 === 5 && index === 1),
      })),
      attestations: at % 3 === 0 ? 2 : 0,
    };
  });
}
