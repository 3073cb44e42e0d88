export * from './archive.ts';
export * from './control.ts';
export * from './logState.ts';
export * from './manifest.ts';
export * from './restore.ts';
export * from './routes.ts';
export * from './snapshot.ts';
