import type { LintFinding, PlannedCell, ResponseOf } from '@xbundle/backend/contract';

export const DIRECTORY = '/home/lin/ai-infra';
export const PLATFORMS = ['linux/amd64', 'linux/arm64'];
export const COMPONENTS = [
  'apphub',
  'slurm-master',
  'test-containers',
  'gitea',
  'nginx',
  'saltstack',
  'backend',
  'frontend',
  'jupyterhub',
  'nightingale',
  'prometheus',
  'singleuser',
];

export const PROJECT: ResponseOf<'project'> = {
  directory: DIRECTORY,
  name: 'ai-infra',
  definitions: [
    { kind: 'xbundle', path: `${DIRECTORY}/xbundle.yaml`, name: 'xbundle.yaml', default: true },
    { kind: 'bake', path: `${DIRECTORY}/docker-bake.hcl`, name: 'docker-bake.hcl', default: false },
    { kind: 'compose', path: `${DIRECTORY}/compose.yaml`, name: 'compose.yaml', default: false },
  ],
};

const CROSS = new Set(['backend', 'nightingale', 'prometheus']);

export function plannedCells(): PlannedCell[] {
  return COMPONENTS.flatMap((component) => PLATFORMS.map((platform) => plannedCell(component, platform)));
}

function plannedCell(component: string, platform: string): PlannedCell {
  const base = {
    id: `${component}@${platform}`,
    component,
    platform,
    wanted: true,
    needs: [],
    command: ['buildx', 'build', '--platform', platform, component],
  };
  if (platform === 'linux/amd64') {
    return { ...base, how: 'native', node: 'desktop', reason: 'The node runs linux/amd64.' };
  }
  if (component === 'slurm-master') {
    const reason = 'Line 14 runs a program for linux/arm64 that needs AVX: no emulator has it.';
    return { ...base, how: 'impossible', reason };
  }
  if (CROSS.has(component)) {
    return { ...base, how: 'cross', node: 'desktop', reason: 'Its stages run on the build platform.' };
  }
  return { ...base, how: 'emulated', node: 'desktop', reason: 'RUN on line 7 needs linux/arm64.' };
}

export const PLAN: ResponseOf<'plan'> = {
  name: 'ai-infra',
  version: 'v0.3.8',
  builder: 'default',
  driver: 'docker',
  components: COMPONENTS.map((name) => ({ name, images: [`ai-infra/${name}:v0.3.8`], serves: false })),
  platforms: PLATFORMS,
  cells: plannedCells(),
  notes: [],
};

export const DOCTOR: ResponseOf<'doctor'> = {
  ready: false,
  checkedAt: Date.UTC(2026, 10, 20, 8, 0),
  findings: [
    {
      code: 'binfmt',
      severity: 'error',
      message: 'Nothing executes linux/arm64 on this engine.',
      breaks: 'Eight cells have RUN steps for linux/arm64 and cannot be built.',
      subject: 'linux/arm64',
      fix: {
        title: 'Install the emulator for linux/arm64.',
        commands: [['docker', 'run', '--privileged', '--rm', 'tonistiigi/binfmt', '--install', 'arm64']],
        job: { kind: 'binfmt-install', platforms: ['linux/arm64'] },
      },
    },
    {
      code: 'engine-space',
      severity: 'warning',
      message: 'The engine has 8.1 GB of free space.',
      breaks: 'Builds of this size took about 12 GB.',
      fix: { title: 'Remove what no container uses.', commands: [['docker', 'builder', 'prune']] },
    },
    { code: 'docker-cli', severity: 'ok', message: 'docker 28.5.2' },
  ],
};

const SLURM = [
  'FROM ubuntu:22.04',
  'ARG TARGETARCH',
  'RUN apt-get update && apt-get install -y slurm-wlm munge',
  'ADD https://dl.example/slurm-exporter-linux-amd64.tar.gz /opt/',
  'ENTRYPOINT ["/usr/sbin/slurmctld", "-D"]',
];
const GITEA = [
  'ARG TARGETARCH',
  'COPY --from=assets /out /usr/share/gitea',
  'RUN uname -m > /etc/arch',
  'USER git',
];

function linesOf(lines: readonly string[], first: number, failed: number): LintFinding['lines'] {
  return lines.map((text, at) => ({ number: first + at, text, failed: first + at === failed }));
}

export const LINT: ResponseOf<'lint'> = {
  read: 12,
  cut: false,
  files: [
    {
      file: 'slurm-master/Dockerfile',
      findings: [
        {
          rule: 'XB004',
          severity: 'error',
          message:
            'The address names amd64 and is fetched on every platform: the arm64 image gets an amd64 program.',
          line: 14,
          lines: linesOf(SLURM.slice(2), 13, 14),
          fix: 'Write ${TARGETARCH} instead of amd64.',
        },
        {
          rule: 'XB017',
          severity: 'info',
          message: 'ARG TARGETARCH is declared and never used.',
          line: 12,
          lines: linesOf(SLURM.slice(0, 3), 11, 12),
        },
      ],
    },
    {
      file: 'gitea/Dockerfile',
      findings: [
        {
          rule: 'XB011',
          severity: 'warning',
          message: 'uname tells the machine that builds, not the platform of the image.',
          line: 12,
          lines: linesOf(GITEA, 10, 12),
          fix: 'Use ${TARGETARCH}.',
        },
        {
          rule: 'XB009',
          severity: 'warning',
          message:
            'The stage "assets" is built once for each platform although nothing in it depends on one.',
          line: 3,
          lines: linesOf(['', 'FROM node:22 AS assets', 'WORKDIR /src'], 2, 3),
          fix: 'FROM --platform=$BUILDPLATFORM node:22 AS assets',
        },
      ],
    },
  ],
};
