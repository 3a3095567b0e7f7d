import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { docker } from '../engine/docker.ts';
import type { Engines } from '../engine/index.ts';

export const SAMPLE_PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

/** What the image prints when it is run. */
export function sampleOutput(platform: string): string {
  const [, architecture = ''] = platform.split('/');
  return `${architecture === 'arm64' ? 'aarch64' : 'x86_64'}\nsample for ${architecture}`;
}

const DOCKERFILE = `FROM scratch
ARG TARGETARCH
COPY --from=base \${TARGETARCH}/bin/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
RUN echo "sample for \${TARGETARCH}" > /sample.txt
CMD ["/bin/sh", "-c", "uname -m; cat /sample.txt"]
`;

export interface SampleBuild {
  /** An empty directory. */
  readonly scratch: string;
  readonly name: string;
  /** Of buildx; the engine's own store when absent. */
  readonly output?: string;
  /** Both of `SAMPLE_PLATFORMS` when absent. */
  readonly platforms?: readonly string[];
}

/**
 * Builds the sample image in the containerd engine, with provenance attestations. What it
 * prints tells where it runs and which platform it was built for, which are not the same when cells are mixed up.
 */
export async function buildSample(engines: Engines, build: SampleBuild): Promise<void> {
  const { scratch, name, output, platforms = SAMPLE_PLATFORMS } = build;
  const context = join(scratch, 'context');
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'Dockerfile'), DOCKERFILE);
  const command = ['buildx', 'build', '--quiet', '--provenance=mode=max', '--platform', platforms.join(',')];
  const base = ['--build-context', `base=${engines.baseContext.directory}`];
  const target = output === undefined ? ['--tag', name] : ['--output', output];
  await docker(engines.containerd, [...command, ...base, ...target, context]);
}
