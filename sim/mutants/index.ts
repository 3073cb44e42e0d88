/** Planted bugs: the simulator's own test. */
export { CLIENT_MUTANTS } from './client.ts';
export type { Mutant } from './plant.ts';
export { SERVER_MUTANTS } from './server.ts';
