export * from './address.ts';
export { isConnectionLoss, openFault } from './faults.ts';
export type { Fence } from './fencedPool.ts';
export type { LeaseTable } from './leaseTable.ts';
export * from './postgres.ts';
export { POSTGRES_TYPES } from './values.ts';
