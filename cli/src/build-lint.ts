import type { BuildDefinition } from '@xbundle/core';
import type { Io } from './io.ts';
import { jobsOfBuild, lintJob } from './lint/lint-jobs.ts';
import { readLintConfig } from './lint/read-lint-config.ts';
import { formatLintText } from './output/lint-text.ts';
import { layoutFor } from './output/prose.ts';

/**
 * Lints the Dockerfiles of a build and tells the errors on stderr; `xbundle lint` tells the rest. Gives their
 * number.
 */
export async function lintBeforeBuild(
  definition: BuildDefinition,
  platform: readonly string[] | undefined,
  io: Io,
): Promise<number> {
  const config = await readLintConfig(undefined);
  const flags = platform === undefined ? {} : { platform };
  const jobs = await jobsOfBuild(definition, { flags, config, io });
  const files = jobs.map((job) => {
    const findings = lintJob(job).findings.filter(({ severity }) => severity === 'error');
    return { file: job.file, text: job.text, findings };
  });
  io.stderr.write(
    formatLintText(files, layoutFor(io.stderr, io.env))
      .map((line) => `${line}\n`)
      .join(''),
  );
  return files.reduce((sum, { findings }) => sum + findings.length, 0);
}
