import type { Handlers } from './http/serve.ts';
import { builderHandlers } from './routes/builders.ts';
import { bundleHandlers } from './routes/bundles.ts';
import { doctorHandlers } from './routes/doctor.ts';
import { factsHandlers } from './routes/facts.ts';
import { imageHandlers } from './routes/images.ts';
import { jobHandlers } from './routes/jobs.ts';
import { lintHandlers } from './routes/lint.ts';
import { projectHandlers } from './routes/projects.ts';
import type { Services } from './services.ts';

/** Everything the backend does. */
export function createHandlers(services: Services): Handlers {
  return {
    ...factsHandlers(services),
    ...doctorHandlers(services),
    ...lintHandlers(services),
    ...builderHandlers(services),
    ...imageHandlers(services),
    ...projectHandlers(services),
    ...bundleHandlers(services),
    ...jobHandlers(services),
  };
}
