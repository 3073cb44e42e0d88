/** Touches and actions: windows, credit models, conditions, locks. Pure. */
export * from './attribute.ts';
export * from './conditions.ts';
export * from './credit.ts';
export * from './locks.ts';
export * from './window.ts';
