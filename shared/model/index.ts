/** The domain's documents and facts as zod schemas and types, with their canonical bytes and hash. */
export * from './calendar.ts';
export * from './canonical.ts';
export * from './contract.ts';
export * from './doubts.ts';
export * from './facts.ts';
export * from './price.ts';
export * from './primitives.ts';
export * from './sha256.ts';
export * from './terms/index.ts';
export * from './textOrder.ts';
export * from './zone.ts';
