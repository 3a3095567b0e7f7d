import { isVersionAtLeast } from '../../buildx/index.ts';
import type { DoctorFacts } from '../facts.ts';
import { advice, suggested, type DoctorFinding } from '../finding.ts';

/** The first version with `--progress=rawjson` and `ls --format`. */
const OLDEST_BUILDX = [0, 13] as const;

/** Whether there is a docker command, and a buildx that can do what xbundle asks of it. */
export function judgeTools({ docker }: DoctorFacts): readonly DoctorFinding[] {
  if (docker === undefined) return [];
  if (!docker.found) {
    return [
      {
        code: 'docker-cli',
        severity: 'error',
        error: 'UNSUPPORTED',
        title: docker.reason,
        breaks: 'every build; images can still be exported from registries, verified and imported',
        fix: advice("Install Docker Desktop, or your system's package of the Docker CLI (docker-ce-cli)"),
      },
    ];
  }
  const cli: DoctorFinding = {
    code: 'docker-cli',
    severity: 'ok',
    title: `Docker CLI ${docker.client.text}`,
  };
  return [cli, judgeBuildx(docker.buildx)];
}

function judgeBuildx(
  buildx: ({ readonly text: string } & Parameters<typeof isVersionAtLeast>[0]) | undefined,
): DoctorFinding {
  if (buildx === undefined) {
    return {
      code: 'buildx',
      severity: 'error',
      error: 'UNSUPPORTED',
      title: 'the docker command has no buildx',
      breaks: 'every build',
      fix: advice("Install Docker Desktop, or your system's package of the plugin (docker-buildx-plugin)"),
    };
  }
  if (isVersionAtLeast(buildx, OLDEST_BUILDX))
    return { code: 'buildx', severity: 'ok', title: `buildx ${buildx.text}` };
  return {
    code: 'buildx',
    severity: 'error',
    error: 'UNSUPPORTED',
    title: `buildx ${buildx.text} is too old: want ${OLDEST_BUILDX.join('.')} or later`,
    breaks: 'every build: it cannot tell what happens in one',
    fix: suggested('Update Docker Desktop or the plugin docker-buildx-plugin', [
      'docker',
      'buildx',
      'version',
    ]),
  };
}
