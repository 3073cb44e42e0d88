export * from './demoAccounts.ts';
export * from './origins.ts';
export * from './people.ts';
export * from './sessions.ts';
