/** Roles held in an emergency: asked for, agreed to, ended, and who holds one now. */
export * from './breakGlass.ts';
export * from './ledger.ts';
export { emergencyNeeds } from './lines.ts';
