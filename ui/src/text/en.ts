import { build } from './en/build.ts';
import { builders } from './en/builders.ts';
import { bundles } from './en/bundles.ts';
import { common } from './en/common.ts';
import { errors } from './en/errors.ts';
import { explained } from './en/explained.ts';
import { history } from './en/history.ts';
import { images } from './en/images.ts';
import { job } from './en/job.ts';

export const en = { common, build, job, bundles, images, builders, history, errors, explained };

/** The texts of the page: every language has all of them. */
export type Text = typeof en;
