export type { CompanyConfig } from './company.ts';
export * from './config.ts';
export * from './configError.ts';
