/** Exact arithmetic: decimals from text, fractions, rounding, currencies and remainder-exact splits. */
export * from './currency.ts';
export * from './decimal.ts';
export * from './errors.ts';
export * from './fraction.ts';
export * from './rounding.ts';
export * from './split.ts';
