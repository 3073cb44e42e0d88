export * from './accounts.ts';
export * from './company.ts';
export * from './demoAccounts.ts';
export * from './failedAccess.ts';
export * from './origins.ts';
export { PASSWORD_LEAST, PASSWORD_MOST, PasswordsBusy } from './passwords.ts';
export * from './people.ts';
export * from './serviceTokens.ts';
export * from './sessions.ts';
