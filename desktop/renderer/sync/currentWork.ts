// Whose work is open in this window. Owns that it is one person's at most, and that another's is closed before it; who is signed in decides
// `createEngine.ts`.
import type { User } from '@countersign/shared/protocol/api';
import type { KnownWorkspace } from '../storage/index.ts';
import type { PersonWork } from './personWork.ts';

/** Opens a person's database and the work upon it. @throws StorageFailure */
export type OpenWork = (workspace: KnownWorkspace, user: Pick<User, 'id' | 'name'>) => Promise<PersonWork>;

export class CurrentWork {
  readonly #open: OpenWork;
  #work: PersonWork | null = null;
  #userId: string | null = null;

  constructor(open: OpenWork) {
    this.#open = open;
  }

  /** The open work of the person who is, or was last, signed in; null when there is none. */
  get work(): PersonWork | null {
    return this.#work;
  }

  /** The person's work, opened and read if it is not open; another's is closed. @throws StorageFailure */
  async of(workspace: KnownWorkspace, user: Pick<User, 'id' | 'name'>): Promise<PersonWork> {
    if (this.#work !== null && this.#userId === user.id) return this.#work;
    await this.#work?.close();
    this.#work = null;
    const work = await this.#open(workspace, user);
    this.#work = work;
    this.#userId = user.id;
    await work.load();
    return work;
  }

  /** Nobody's work is open from now on; whoever takes it closes it. */
  take(): PersonWork | null {
    const work = this.#work;
    this.#work = null;
    return work;
  }
}
