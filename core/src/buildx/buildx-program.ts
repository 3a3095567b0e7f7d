import { z } from 'zod';
import { runDocker, type DockerOptions } from '../../buildx/index.ts';

/** How buildx is started: a program and the arguments before those that follow `docker buildx`. */
export interface BuildxProgram {
  readonly file: string;
  readonly prefix: readonly string[];
}

const THROUGH_DOCKER: BuildxProgram = { file: 'docker', prefix: ['buildx'] };

const pluginsSchema = z.array(z.looseObject({ Name: z.string(), Path: z.string().min(1) }));

/**
 * The plugin that `docker buildx` would run, so that it can be started by itself: docker starts it twice for each
 * command, once to ask what it is, and that is more work than the rest of a build whose steps are all cached. Where
 * docker does not say (before 20.10), it is docker's to find it.
 */
export async function findBuildx(options: DockerOptions = {}): Promise<BuildxProgram> {
  const args = ['info', '--format', '{{json .ClientInfo.Plugins}}'];
  const { exitCode, stdout } = await runDocker(args, options);
  const plugins = exitCode === 0 ? pluginsSchema.safeParse(parse(stdout)) : undefined;
  const file = plugins?.data?.find(({ Name }) => Name === 'buildx')?.Path;
  return file === undefined ? THROUGH_DOCKER : { file, prefix: [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
