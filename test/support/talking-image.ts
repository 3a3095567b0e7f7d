import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';

export interface Talker {
  /** A directory of the suite. */
  readonly scratch: string;
  /** Of the image; several are names of the same. */
  readonly names: readonly string[];
  /** What `sh` does when a container starts, whatever its arguments. */
  readonly script: string;
}

/** An image that stands for the one that installs emulators: as a job it is run with `--install`, and talks. */
export async function buildTalker(engines: Engines, { scratch, names, script }: Talker): Promise<void> {
  const context = join(scratch, `talker-${(names[0] ?? '').replace(/[^a-z0-9]+/g, '-')}`);
  await mkdir(context);
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM scratch
ARG TARGETARCH
COPY --from=base \${TARGETARCH}/bin/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
ENTRYPOINT ${JSON.stringify(['/bin/sh', '-c', script])}
`,
  );
  const base = `--build-context=base=${engines.baseContext.directory}`;
  const tags = names.map((name) => `--tag=${name}`);
  await docker(engines.containerd, ['buildx', 'build', '--quiet', '--load', base, ...tags, context]);
}
