/** Files of facts, whatever their format, as facts of the model. */
export { billableActions, billableDelivery, billableTouches } from './billable.ts';
export { duckFactSource } from './duckFactSource.ts';
export * from './factSource.ts';
export { readDelivery } from './readDelivery.ts';
