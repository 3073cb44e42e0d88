export * from './address.ts';
export { isConnectionLoss, openFault } from './faults.ts';
export type { Fence } from './fencedPool.ts';
export * from './postgres.ts';
export { POSTGRES_TYPES } from './values.ts';
