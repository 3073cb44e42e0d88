export * from './admission.ts';
export * from './chainPlace.ts';
export * from './epochs.ts';
export * from './parking.ts';
export * from './signedEntry.ts';
