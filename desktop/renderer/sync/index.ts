export { NotConfirmed } from './commands.ts';
export type { OpenSocket, Socket } from './connection.ts';
export { createEngine, type EngineOptions } from './createEngine.ts';
export * from './draftSession.ts';
export { NotOnThisComputer } from './draftSocket.ts';
export * from './engine.ts';
export type { Runtime } from './runtime.ts';
export { HistoryDistrusted } from './verification.ts';
