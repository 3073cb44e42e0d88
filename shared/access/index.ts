/** Who may do what to which version, and why not: pure, asked by the UI and by the server. */
export * from './breakGlass.ts';
export * from './can.ts';
export * from './emergencyGrants.ts';
export * from './roles.ts';
