/** Everything that is thrown at the server and at the readers of what others wrote. */
import { FRAMES, type Species } from './frames.ts';
import { READERS } from './readers.ts';
import { REQUESTS } from './requests.ts';

export const SPECIES: readonly Species[] = [...FRAMES, ...REQUESTS, ...READERS];
export type { Species } from './frames.ts';
export { FuzzTarget } from './target.ts';
