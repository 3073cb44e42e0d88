export * from './entryBuilder.ts';
export * from './history.ts';
export * from './nativeCrypto.ts';
export * from './sequencer.ts';
export * from './serverKeys.ts';
