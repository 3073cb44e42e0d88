/** Planted bugs: the simulator's own test. */
import { CLIENT_MUTANTS } from './client.ts';
import { PEOPLE_MUTANTS } from './people.ts';
import type { Mutant } from './plant.ts';
import { SERVER_MUTANTS } from './server.ts';
import { WINDOW_MUTANTS } from './windows.ts';

export const MUTANTS: readonly Mutant[] = [...SERVER_MUTANTS, ...PEOPLE_MUTANTS, ...CLIENT_MUTANTS, ...WINDOW_MUTANTS];

/** Plants a bug; call what it returns to take it out. @throws Error when there is none of this name. */
export function plant(name: string): () => void {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`there is no planted bug ${name}`);
  return mutant.plant();
}

export type { Mutant } from './plant.ts';
