/** What goes over the sync socket: frames, messages, commands (docs/PROTOCOL.md). */
export * from './command.ts';
export * from './frame.ts';
export * from './messages.ts';
export * from './refusal.ts';
