import type { LintFinding, PlannedCell, ResponseOf } from '@xbundle/backend/contract';

export const DIRECTORY = '/home/dev/ai-infra';
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

/** Its stage for arm64 compiles the firmware of a board. */
export const IMPOSSIBLE =
  'RUN in line 16 needs linux/arm/v7, and default executes only linux/amd64, linux/amd64/v2, linux/386, linux/arm64, linux/riscv64, linux/s390x. Install its emulator: docker run --privileged --rm tonistiigi/binfmt --install arm; or add a node of that platform; or compile in a stage with FROM --platform=$BUILDPLATFORM';

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
    return { ...base, how: 'native', node: 'default', reason: 'default is linux/amd64' };
  }
  if (component === 'slurm-master') {
    return { ...base, how: 'impossible', reason: IMPOSSIBLE };
  }
  if (CROSS.has(component)) {
    return {
      ...base,
      how: 'cross',
      node: 'default',
      reason: 'RUN in line 9 runs on linux/amd64, nothing on linux/arm64',
    };
  }
  return {
    ...base,
    how: 'emulated',
    node: 'default',
    reason: 'RUN in line 7 runs on linux/arm64 through QEMU',
  };
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
      code: 'platform',
      severity: 'error',
      message: 'linux/arm/v7 cannot be built: no node of default executes it',
      breaks: 'every RUN step for linux/arm/v7',
      subject: 'linux/arm/v7',
      fix: {
        title: 'Register an emulator for arm with the kernel that the engine runs on',
        commands: [['docker', 'run', '--privileged', '--rm', 'tonistiigi/binfmt', '--install', 'arm']],
        job: { kind: 'binfmt-install', platforms: ['linux/arm'] },
      },
    },
    {
      code: 'engine-space',
      severity: 'warning',
      message: 'only 8.1 GB free in /var/lib/docker, for images and build cache',
      breaks: 'builds of more than a few images: the disk may become full',
      fix: {
        title:
          'See what takes the space; "docker buildx prune" and "docker image prune" free what is not in use',
        commands: [['docker', 'system', 'df']],
      },
    },
    { code: 'docker-cli', severity: 'ok', message: 'Docker CLI 28.5.2' },
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
          rule: 'XB006',
          severity: 'error',
          message:
            'The address names amd64 and is fetched on every platform: the arm64 image gets an amd64 program.',
          line: 14,
          lines: linesOf(SLURM.slice(2), 13, 14),
          fix: 'Write ${TARGETARCH} instead of amd64.',
        },
        {
          rule: 'XB013',
          severity: 'info',
          message: 'ARG SLURM_IMAGE before FROM is never used: no FROM line names it, no stage declares it.',
          line: 10,
          lines: linesOf(['ARG SLURM_IMAGE=debian:13', ...SLURM.slice(0, 2)], 10, 10),
        },
      ],
    },
    {
      file: 'gitea/Dockerfile',
      findings: [
        {
          rule: 'XB007',
          severity: 'warning',
          message: 'uname tells the machine that builds, not the platform of the image.',
          line: 12,
          lines: linesOf(GITEA, 10, 12),
          fix: 'Use ${TARGETARCH}.',
        },
        {
          rule: 'XB026',
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
