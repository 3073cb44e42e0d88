/** The rules of a contract other than its lines and prices. */
export * from './adjustments.ts';
export * from './commitments.ts';
export * from './delivery.ts';
export * from './payouts.ts';
export * from './rates.ts';
export * from './words.ts';
