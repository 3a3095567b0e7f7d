import { neededStages, type DockerfileFacts, type StageQuestion } from '../../build/index.ts';
import type { Platform } from '../../model/index.ts';

/** An image that a Dockerfile needs for one platform. */
export interface DockerfileBase {
  /** Empty where variables give no name, or a platform that is none. */
  readonly image: string;
  readonly platform: Platform;
  /** Of the stage; counts from 1. */
  readonly line: number;
}

/**
 * The images that the wanted stage is made of: those of `FROM`, and those that `COPY --from` and `RUN --mount` read,
 * in the order of the file. What is for a building machine that is not known is left out.
 */
export function dockerfileBases(
  dockerfile: DockerfileFacts,
  question: StageQuestion,
): readonly DockerfileBase[] {
  const stages = [...(neededStages(dockerfile, question) ?? [])].sort((a, b) => a.line - b.line);
  return stages.flatMap(({ images, line, platform }) => {
    if (platform === undefined) return [];
    if (platform === 'invalid') return images.map(() => ({ image: '', line, platform: question.platform }));
    return images.map((image) => ({ image, line, platform }));
  });
}
