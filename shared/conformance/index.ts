/** Runs vector files through the functions the product itself uses. */
export { parseVectorFile } from '../history/conformance.ts';
export * from './outcome.ts';
export { runVectors } from './run.ts';
