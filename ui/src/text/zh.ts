import type { Text } from './en.ts';
import { build } from './zh/build.ts';
import { builders } from './zh/builders.ts';
import { bundles } from './zh/bundles.ts';
import { common } from './zh/common.ts';
import { errors } from './zh/errors.ts';
import { explained } from './zh/explained.ts';
import { history } from './zh/history.ts';
import { images } from './zh/images.ts';
import { job } from './zh/job.ts';

export const zh: Text = { common, build, job, bundles, images, builders, history, errors, explained };
