/**
 * What every BlobSource and BlobSink must do, as tests: one suite for all of them. They import vitest, so only
 * test files import this, and `testing/index.ts` leaves it out.
 */
export * from './blob-sink-suite.ts';
export * from './blob-source-suite.ts';
