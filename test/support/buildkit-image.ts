import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from '../engine/docker.ts';
import type { Engine, Engines } from '../engine/index.ts';

const DAEMON = "#!/bin/sh\ntrap 'exit 0' TERM INT\nsleep 86400 &\nwait\n";

/** buildx asks whether there are workers, and then speaks to BuildKit over the input and output of this command. */
function client(endpoint: string): string {
  const { hostname, port } = new URL(endpoint);
  return `#!/bin/sh\n[ "$1" != dial-stdio ] && [ "$3" != dial-stdio ] || exec nc ${hostname} ${port}\n`;
}

export interface BuildkitImage {
  readonly name: string;
  /** The BuildKit that its containers lead to, as `startBuildkitNode` gives it. */
  readonly endpoint: string;
}

/**
 * What takes the place of moby/buildkit in an engine, since tests pull nothing: buildx's own driver
 * `docker-container` starts, asks and dials it as it does the real one, with `network=host`; behind it is the
 * BuildKit of an engine.
 */
export async function makeBuildkitImage(
  engines: Engines,
  engine: Engine,
  { name, endpoint }: BuildkitImage,
): Promise<void> {
  const context = await mkdtemp(join(engines.directory, 'buildkit-image-'));
  try {
    const base = `${name}-base`;
    await docker(engine, ['build', '--quiet', '--tag', base, engines.baseContext.directory]);
    await writeFile(join(context, 'buildkitd'), DAEMON, { mode: 0o755 });
    await writeFile(join(context, 'buildctl'), client(endpoint), { mode: 0o755 });
    const lines = [`FROM ${base}`, 'COPY buildkitd buildctl /bin/', 'ENTRYPOINT ["buildkitd"]'];
    await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
    await docker(engine, ['build', '--quiet', '--tag', name, context]);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
