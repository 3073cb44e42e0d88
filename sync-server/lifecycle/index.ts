export * from './commands.ts';
export * from './creation.ts';
export * from './imports.ts';
export * from './localDevice.ts';
export * from './needs.ts';
export * from './record.ts';
export * from './situation.ts';
export * from './views.ts';
