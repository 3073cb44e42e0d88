export * from './browser.ts';
export * from './contract.ts';
