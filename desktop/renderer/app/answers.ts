// Answers of the server shared by the components that show them: one request a key, the last answer stays while asking again.
// Owns freshness only; the engine owns what is cached on disk.
import { errorWords } from '../kit/index.ts';

export interface AnswerState<T> {
  readonly data: T | null;
  readonly error: string | null;
  readonly loading: boolean;
}

/** Components that come within this time share one request. */
const FRESH_MS = 2_000;

const NOTHING_YET: AnswerState<never> = { data: null, error: null, loading: true };

interface Slot {
  state: AnswerState<unknown>;
  /** Counts requests, so that a late answer never replaces a newer one. */
  turn: number;
  /** When a component last came and asked. */
  askedAt: number;
  ask: (() => Promise<unknown>) | null;
  readonly listeners: Set<() => void>;
}

export class Answers {
  readonly #slots = new Map<string, Slot>();

  #slot(key: string): Slot {
    const held = this.#slots.get(key);
    if (held !== undefined) return held;
    const made: Slot = { state: NOTHING_YET, turn: 0, askedAt: 0, ask: null, listeners: new Set() };
    this.#slots.set(key, made);
    return made;
  }

  /** What is known now. */
  state(key: string): AnswerState<unknown> {
    return this.#slots.get(key)?.state ?? NOTHING_YET;
  }

  subscribe(key: string, listener: () => void): () => void {
    const slot = this.#slot(key);
    slot.listeners.add(listener);
    return () => slot.listeners.delete(listener);
  }

  /** Asks when nobody asked yet, or when the answer is from an earlier visit. `now` is milliseconds of any steady clock. */
  want(key: string, ask: () => Promise<unknown>, now: number = performance.now()): void {
    const slot = this.#slot(key);
    const fresh = slot.ask !== null && now - slot.askedAt < FRESH_MS;
    slot.ask = ask;
    if (fresh) return;
    slot.askedAt = now;
    void this.reload(key);
  }

  /** Asks again. The old answer stays visible meanwhile; a failure keeps it and adds the words. */
  async reload(key: string): Promise<void> {
    const slot = this.#slot(key);
    if (slot.ask === null) return;
    slot.turn += 1;
    const turn = slot.turn;
    this.#set(slot, { ...slot.state, loading: true });
    try {
      const data = await slot.ask();
      if (slot.turn === turn) this.#set(slot, { data, error: null, loading: false });
    } catch (error) {
      if (slot.turn === turn) this.#set(slot, { data: slot.state.data, error: errorWords(error), loading: false });
    }
  }

  /** Asks again for every key somebody looks at now; forgets the others. */
  async refresh(matches: (key: string) => boolean = () => true): Promise<void> {
    const asked: Promise<void>[] = [];
    for (const [key, slot] of this.#slots) {
      if (!matches(key)) continue;
      if (slot.listeners.size > 0) asked.push(this.reload(key));
      else this.#slots.delete(key);
    }
    await Promise.all(asked);
  }

  #set(slot: Slot, state: AnswerState<unknown>): void {
    slot.state = state;
    for (const listener of slot.listeners) listener();
  }
}
