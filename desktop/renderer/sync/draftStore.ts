// One draft on disk: every change of what is kept, each in one strict transaction. Owns the transactions; must not hold state in
// memory or decide anything about the protocol.
import {
  type AttentionRecord,
  type ChainRecord,
  type DraftRecord,
  type EntryRecord,
  type SealedBatch,
  stored,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import type { AcceptedEntry } from './acceptedEntry.ts';
import { blankDraft, type DraftWork, type InvalidKey, type Placed } from './draftWork.ts';
import { EpochStore } from './epochStore.ts';
import { advanced } from './signedEntry.ts';
import { readUndo, writeUndo } from './undoStore.ts';
import type { Changes } from './unsavedChanges.ts';

/** Another window sent or received in between; what was read must be read again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export class DraftStore {
  readonly draftId: string;
  readonly epochs: EpochStore;
  readonly #db: WorkspaceDatabase;

  constructor(db: WorkspaceDatabase, draftId: string) {
    this.#db = db;
    this.draftId = draftId;
    this.epochs = new EpochStore(db, draftId);
  }

  /** What is known of a draft that was never opened here. */
  blank(): DraftRecord {
    return blankDraft(this.draftId);
  }

  /** What can be taken back: all ids, and the records of those that are not known yet. */
  undo(known: ReadonlySet<string>): ReturnType<typeof readUndo> {
    return readUndo(this.#db, this.draftId, known);
  }

  /** How many own stored entries are not proved yet. */
  unproved(): Promise<number> {
    return stored(() => this.#db.unproved.where({ draftId: this.draftId }).count());
  }

  /** Reads the work. At one moment only within a transaction that holds its tables. */
  async work(): Promise<DraftWork> {
    const { draftId } = this;
    const db = this.#db;
    return {
      draft: (await db.drafts.get(draftId)) ?? blankDraft(draftId),
      queue: (await db.queue.where({ draftId }).sortBy('order')) as Placed[],
      sealed: (await db.sealed.get(draftId)) ?? null,
      attention: await db.attention.where({ draftId }).sortBy('order'),
      invalid: await db.invalid.where({ draftId }).toArray(),
      unproved: await db.unproved.where({ draftId }).count(),
      offered: (await db.offered.get(draftId))?.commands ?? null,
    };
  }

  /**
   * Reads the work and the accepted entries from an index on, in log order, at one moment: another window may append between two
   * reads, and an entry beyond `draft.next` would be taken twice.
   */
  read(from: number): Promise<{ readonly work: DraftWork; readonly entries: readonly EntryRecord[] }> {
    const { draftId } = this;
    const db = this.#db;
    const tables = [db.drafts, db.queue, db.sealed, db.attention, db.invalid, db.unproved, db.offered, db.entries];
    return stored(() =>
      db.transaction('r', tables, async () => ({
        work: await this.work(),
        entries: await db.entries.where('[draftId+index]').between([draftId, from], [draftId, Infinity]).toArray(),
      })),
    );
  }

  /**
   * Appends accepted entries. The sealed batch leaves in the same transaction as its entry arrives, so that a command is always
   * in exactly one place. Returns the hash of the sealed batch that left, if it did.
   * @throws Overtaken when another window has appended meanwhile.
   */
  accept(
    entries: readonly AcceptedEntry[],
    expected: { readonly next: number; readonly head: string },
    now: string,
  ): Promise<string | null> {
    const { draftId } = this;
    const db = this.#db;
    return stored(() =>
      db.transaction('rw', [db.drafts, db.entries, db.sealed, db.unproved], async () => {
        const draft = (await db.drafts.get(draftId)) ?? blankDraft(draftId);
        if (draft.next !== expected.next || draft.head !== expected.head) throw new Overtaken();
        const last = entries.at(-1);
        if (last === undefined) return null;
        await db.entries.bulkPut(
          entries.map(({ index, bytes }) => ({ draftId, index, leaf: bytes.leaf, payload: bytes.payload })),
        );
        const sealed = await db.sealed.get(draftId);
        const own = sealed && entries.find((entry) => entry.entryHash === sealed.entryHash);
        if (own !== undefined) {
          await db.sealed.delete(draftId);
          await db.unproved.put({ index: own.index, draftId, leafHash: own.leafHash });
        }
        await db.drafts.put({
          ...draft,
          next: last.index + 1,
          head: last.leafHash,
          storedAt: own === undefined ? draft.storedAt : now,
        });
        return own?.entryHash ?? null;
      }),
    );
  }

  /** Changes what is known about the draft as a whole. */
  async describe(change: Partial<Omit<DraftRecord, 'draftId' | 'next' | 'head'>>): Promise<void> {
    const { draftId } = this;
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', db.drafts, async () => {
        await db.drafts.put({ ...((await db.drafts.get(draftId)) ?? blankDraft(draftId)), ...change });
      }),
    );
  }

  /** Drops the accepted entries from a place on, to pull them again; `head` is the leaf hash of the entry before. Own work stays. */
  async forgetEntries(next = 0, head = ''): Promise<void> {
    const { draftId } = this;
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', [db.drafts, db.entries], async () => {
        await db.entries.where('[draftId+index]').between([draftId, next], [draftId, Infinity]).delete();
        const draft = (await db.drafts.get(draftId)) ?? blankDraft(draftId);
        await db.drafts.put({ ...draft, next, head, complete: next > 0 && draft.complete });
      }),
    );
  }

  /**
   * Puts commands at the end of the queue and, in the same transaction, keeps and forgets the invalid values that came with them,
   * takes the items they retry out of Needs attention, and keeps how they are taken back.
   */
  enqueue({ commands, invalid, mended, retried, undo }: Changes): Promise<Placed[]> {
    const db = this.#db;
    return stored(() =>
      db.transaction('rw', [db.queue, db.invalid, db.attention, db.undo], async () => {
        const orders = await db.queue.bulkAdd([...commands], { allKeys: true });
        const isOvertaken = await this.#overtakenMisfits([...mended, ...invalid]);
        await db.invalid.bulkDelete(mended.filter((key) => !isOvertaken(key)).map((key) => this.#keyOf(key)));
        await db.invalid.bulkPut(invalid.filter((record) => !isOvertaken(record)));
        await db.attention.bulkDelete([...retried]);
        await writeUndo(db, undo);
        return commands.map((command, i) => ({ ...command, order: Number(orders[i]) }));
      }),
    );
  }

  #keyOf({ sheet, rowId, field }: InvalidKey): [string, string, string, string] {
    return [this.draftId, sheet, rowId, field];
  }

  /** What another window typed into a cell after this one did: a disk that was full takes this one's change late, and not over that. */
  async #overtakenMisfits(own: readonly InvalidKey[]): Promise<(key: InvalidKey) => boolean> {
    const held = await this.#db.invalid.bulkGet(own.map((key) => this.#keyOf(key)));
    const later = new Set(own.filter(({ at = '' }, i) => (held[i]?.at ?? '') > at));
    return (key) => later.has(key);
  }

  /**
   * Keeps a signed batch before it is sent for the first time: its commands leave the queue and its chain moves on.
   * @throws Overtaken when another batch is in flight, or the chain or the queue is no longer what was signed for.
   */
  async seal(batch: SealedBatch, chain: ChainRecord): Promise<void> {
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', [db.sealed, db.queue, db.chains], async () => {
        const held = await db.chains.get([chain.deviceId, chain.epoch]);
        const orders = new Set(batch.commands.map(({ order }) => order));
        // The queue is one table over all drafts: commands of another one may stand between these.
        const span = db.queue.where('order').between(Math.min(...orders), Math.max(...orders), true, true);
        const present = await span.primaryKeys();
        if (
          (await db.sealed.get(this.draftId)) !== undefined ||
          present.filter((order) => orders.has(order)).length !== orders.size ||
          (held?.nextSeq ?? 0) !== chain.nextSeq
        )
          throw new Overtaken();
        await (present.length === orders.size ? span.delete() : db.queue.bulkDelete([...orders]));
        await db.sealed.add(batch);
        await db.chains.put(advanced(chain, batch.entryHash));
      }),
    );
  }

  /**
   * Undoes the sealing of a refused batch in one transaction: refused commands go to Needs attention, the rest back to their places
   * in the queue, and the epoch is spent, because the server takes nothing more of it.
   */
  async unseal(
    batch: SealedBatch,
    attention: readonly AttentionRecord[],
    now: { readonly requeue: readonly Placed[]; readonly dequeue: readonly Placed[] },
  ): Promise<void> {
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', [db.sealed, db.queue, db.attention, db.epochs], async () => {
        const held = await db.sealed.get(this.draftId);
        if (held?.entryHash !== batch.entryHash) throw new Overtaken();
        await db.sealed.delete(this.draftId);
        await db.queue.bulkDelete(now.dequeue.map(({ order }) => order));
        await db.queue.bulkPut([...now.requeue]);
        await db.attention.bulkPut([...attention]);
        await db.epochs.update([this.draftId, batch.epoch], { state: 'spent' });
      }),
    );
  }

  /** Moves queued commands to Needs attention: the version is frozen, or the role was taken away. */
  async setAside(commands: readonly Placed[], attention: readonly AttentionRecord[]): Promise<void> {
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', [db.queue, db.attention], async () => {
        await db.queue.bulkDelete(commands.map(({ order }) => order));
        await db.attention.bulkPut([...attention]);
      }),
    );
  }

  /** The person gives these up. */
  async discard(ids: readonly string[]): Promise<void> {
    await stored(() => this.#db.attention.bulkDelete([...ids]));
  }
}
