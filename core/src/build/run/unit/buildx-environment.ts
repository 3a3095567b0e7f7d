import type { DockerEnvironment } from '../../../buildx/index.ts';
import type { CellSettings } from '../../build-plan.ts';

/** What people set to have git's facts: then they get them. */
const GIT_VARIABLES = ['BUILDX_GIT_INFO', 'BUILDX_GIT_LABELS', 'BUILDX_GIT_CHECK_DIRTY'] as const;

/**
 * The environment of a command that builds. buildx is not to ask for provenance once more, only to write it into its
 * metadata file. It starts git seven times to learn where the context is from, which is a third of the work of a
 * cached build and goes into provenance only: without provenance it does not.
 */
export function buildxEnvironment(
  env: DockerEnvironment,
  { provenance }: Pick<CellSettings, 'provenance'>,
): DockerEnvironment {
  const isGitWanted = provenance !== 'false' || GIT_VARIABLES.some((name) => env[name] !== undefined);
  return {
    ...env,
    BUILDX_METADATA_PROVENANCE: 'disabled',
    ...(!isGitWanted && { BUILDX_GIT_INFO: 'false' }),
  };
}
