export type { AccountsApi } from './accounts.ts';
export * from './api.ts';
export * from './cachedAnswers.ts';
export * from './errors.ts';
export type { HttpOptions } from './http.ts';
