export { duckFactSource } from './duckFactSource.ts';
export * from './factSource.ts';
export { billableDelivery, readDelivery } from './readDelivery.ts';
