/** Export bundles: making one, reading one, and the verdict on one. */
export * from './build.ts';
export type { EmergencyStep } from './emergency.ts';
export * from './failure.ts';
export { BUNDLE_FORMAT, type Bundle, type BundleLeaf, bundleBytes, bundleSchema, readBundle } from './format.ts';
export * from './verify.ts';
