/** Witnesses: policies, cosigned checkpoints, and what a log and a witness say to each other. */
export * from './cosigned.ts';
export * from './policy.ts';
export * from './request.ts';
