export * from './describeError.ts';
export * from './log.ts';
export * from './metrics.ts';
export * from './requests.ts';
export * from './storageWatch.ts';
export * from './tracing.ts';
