/** Runs vector files through the functions the product itself uses. */
export * from './outcome.ts';
export { runVectors } from './run.ts';
