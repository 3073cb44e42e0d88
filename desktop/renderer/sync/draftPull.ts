// Taking what the server says of a draft: what it is now, and its entries in order up to the end. Owns what a gap, another generation
// and a shorter log mean; runs inside the draft's turns.
import type { Header } from '@countersign/shared/protocol';
import { ApiError, Offline } from '../api/index.ts';
import { type AcceptedEntry, BrokenEntry, isFold } from './acceptedEntry.ts';
import type { DraftMemory } from './draftMemory.ts';
import { EntryIntake } from './entryIntake.ts';
import type { Outbox } from './outbox.ts';
import type { Runtime } from './runtime.ts';
import type { SignerBook } from './signerBook.ts';
import { HistoryDistrusted } from './verification.ts';

/** A gap is first pulled again, then everything is; then the server contradicts itself. */
const MOST_FAULTS = 3;

export interface PullPort {
  /** Gives the socket up and connects anew after a wait. */
  reopen(): void;
  /** Connects anew at once. */
  refresh(): void;
  /** Something on disk changed. */
  announce(): void;
  /** Nothing may be sent any more, in words. */
  breakOff(words: string): void;
  /** Nothing is sent until a person has looked at why. */
  stopSending(): void;
  /** Entries that waited can be judged now: `acceptArrived`, in a turn. */
  goOn(): void;
  fail(error: unknown): void;
  /** Compares a log of another generation with what was accepted. @throws HistoryDistrusted, Offline, ApiError */
  lookAnew(): Promise<void>;
}

export class DraftPull {
  readonly #memory: DraftMemory;
  readonly #outbox: Outbox;
  readonly #signers: SignerBook;
  readonly #runtime: Runtime;
  readonly #deviceId: () => string | null;
  readonly #port: PullPort;
  readonly #intake: EntryIntake;
  #faults = 0;
  /** Keys that are being asked for, which entries wait for. */
  #asking: Promise<void> | null = null;
  /** What the present socket was told to be here already. */
  #have = 0;

  constructor(
    draftId: string,
    memory: DraftMemory,
    outbox: Outbox,
    signers: SignerBook,
    runtime: Runtime,
    /** This computer as the log knows it; null before the first enrolment. */
    deviceId: () => string | null,
    port: PullPort,
  ) {
    this.#memory = memory;
    this.#signers = signers;
    this.#outbox = outbox;
    this.#runtime = runtime;
    this.#deviceId = deviceId;
    this.#port = port;
    this.#intake = new EntryIntake(draftId);
  }

  /** What a new socket asks for: every entry from the first that is not here. */
  ask(): string {
    this.#have = this.#memory.draft.next;
    return String(this.#have);
  }
  /** A socket said `opened`: its entries count from here on. */
  listen(): void {
    this.#intake.listen();
  }
  /** The socket is given up: what else it brings is ignored. */
  ignore(): void {
    this.#intake.ignore();
  }
  /** An entry came; false when it is ignored. */
  push(index: string, [leaf, payload]: readonly Uint8Array[]): boolean {
    return leaf !== undefined && payload !== undefined && this.#intake.push(index, leaf, payload);
  }

  /** What the draft is, before its entries follow. */
  async opened({ state, size, generation, canEdit, reason }: Header<'opened'>): Promise<void> {
    const { draft } = this.#memory;
    if (draft.generation !== '' && draft.generation !== generation) {
      // The log was restored as a new generation: everything accepted is pulled anew; own work stays, also what the new log forgot.
      this.ignore();
      if (!(await this.#isBelieved())) return;
      this.#signers.forget();
      await this.#memory.leaveGeneration(generation, this.#deviceId());
      this.#port.refresh();
      return;
    }
    // Measured by what was asked with: another window of the profile may have accepted more since this answer was sent.
    if (Number(size) < this.#have) {
      this.#port.breakOff(
        `The server has only ${size} entries, and this computer accepted entry ${this.#have - 1} from it. Nothing more is sent; the work here is kept. Show this to an admin.`,
      );
      return;
    }
    this.#outbox.passing = null;
    await this.#memory.describe({ state, generation, canEdit, denial: canEdit ? null : (reason ?? null) });
  }

  /** [HIST-72] Whether a log of another generation follows what was verified; nothing is signed upon a history that it does not hold. */
  async #isBelieved(): Promise<boolean> {
    try {
      await this.#port.lookAnew();
      return true;
    } catch (error) {
      if (error instanceof HistoryDistrusted) this.#port.stopSending();
      else if (error instanceof Offline || error instanceof ApiError) this.#port.reopen();
      else throw error;
      return false;
    }
  }

  /**
   * Appends what arrived and follows; false when some of it waits for keys, and the port is told when they are here. The server is asked for
   * them beside the turns: nobody's typing waits for it ([SYNC-58]).
   */
  async acceptArrived(): Promise<boolean> {
    if (this.#asking !== null) return false;
    const { next, head } = this.#memory.draft;
    const taken = this.#intake.take(next, head);
    const { accepted, fault } = taken;
    if (accepted.length > 0) {
      if (!this.#signers.knows(accepted)) {
        this.#intake.giveBack(taken);
        this.#asking = this.#learnKeys(accepted);
        return false;
      }
      await this.#signers.require(accepted);
      const own = await this.#memory.accept(accepted, this.#runtime.now());
      if (accepted.some(isFold)) this.#outbox.folded();
      this.#port.announce();
      if (own) await this.#outbox.accepted();
    }
    if (fault !== null) await this.#pullAgain(fault);
    return true;
  }

  /** Resolves when no entry waits for keys. */
  async idle(): Promise<void> {
    await this.#asking;
  }

  /** Everything is here. */
  async caughtUp(): Promise<void> {
    this.#faults = 0;
    if (!this.#memory.draft.complete) await this.#memory.describe({ complete: true });
    // Also where nothing is left to send: the other windows still show it as waiting.
    if (await this.#memory.offerAgain()) this.#port.announce();
    if (this.#memory.relayWhenPulled) await this.#memory.reload();
  }

  /** Asks for the keys of who signed these; what cannot be judged now is pulled again later. One that nobody can have signed ends the sync. */
  async #learnKeys(accepted: readonly AcceptedEntry[]): Promise<void> {
    try {
      await this.#signers.require(accepted);
    } catch (error) {
      // Else what waits would be asked about again at once.
      this.ignore();
      if (error instanceof Offline || error instanceof ApiError) this.#port.reopen();
      else this.#port.fail(error);
    } finally {
      this.#asking = null;
    }
    this.#port.goOn();
  }

  async #pullAgain(fault: string): Promise<void> {
    this.ignore();
    this.#faults += 1;
    if (this.#faults >= MOST_FAULTS)
      throw new BrokenEntry(`The server’s entries of this version do not follow each other: ${fault}.`);
    if (this.#faults > 1) await this.#memory.forgetEntries();
    this.#port.reopen();
  }
}
