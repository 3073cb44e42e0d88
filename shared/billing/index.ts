/** The billing kernel: preview, its canonical bytes and the impact of an amendment. Pure and alike on every platform. */

export type { DeliveryColumns } from './columns.ts';
export { billingPeriodOf } from './cycle.ts';
export { offsetsOf } from './freeze.ts';
export { type ImpactInput, type ImpactLine, type ImpactPeriod, type ImpactResult, impact } from './impact.ts';
export * from './input.ts';
export { leavesTotal, resultProblems, traceLeaves } from './invariants.ts';
export { KERNEL_VERSION } from './kernelVersion.ts';
export { preview, previewJson } from './preview.ts';
export * from './result.ts';
export { PreviewResultSchema } from './resultSchema.ts';
export { runTestPack, type TestDifference, type TestOutcome } from './testPack.ts';
export * from './trace.ts';
export { checkedVersion, contractProblems } from './validate.ts';
export { versionAt } from './versionAt.ts';
export { countedUnit } from './words.ts';
