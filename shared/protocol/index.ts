export * from './command.ts';
export * from './frame.ts';
export * from './messages.ts';
export * from './refusal.ts';
