// One draft's disk in memory: what is kept of it, and the picture made of that. Owns reading it, wholly or what another window added;
// must not know sockets or send anything.
import type { SheetId } from '@countersign/shared/model/sheets';
import type {
  AttentionRecord,
  DraftRecord,
  EntryRecord,
  InvalidRecord,
  QueuedCommand,
  SealedBatch,
  WorkspaceDatabase,
} from '../storage/index.ts';
import { type AcceptedEntry, areWhole, BrokenEntry, isFold, readAccepted } from './acceptedEntry.ts';
import { DraftPicture } from './draftPicture.ts';
import { DraftStore } from './draftStore.ts';
import type { DraftWork, InvalidKey, Placed, WaitingWork } from './draftWork.ts';
import { leaveGeneration, offerAgain } from './restoredLog.ts';
import { UndoStacks } from './undo.ts';
import { type Changes, invalidKey, UnsavedChanges } from './unsavedChanges.ts';

/** The commands of queued records. */
export function commandsOf(queued: readonly QueuedCommand[]): QueuedCommand['command'][] {
  return queued.map(({ command }) => command);
}

export class DraftMemory {
  readonly picture: DraftPicture;
  readonly store: DraftStore;
  /** What the person can take back here, over restarts and in every window of the profile. */
  readonly undo: UndoStacks;
  readonly #db: WorkspaceDatabase;
  /** What is in memory was to be read again, and could not be. */
  #isStale = false;
  readonly #unsaved = new UnsavedChanges();
  /** Own commands of a log before this one, until it is known which of them this one holds; null when none was restored. */
  #offered: readonly QueuedCommand[] | null = null;
  readonly attention = new Map<string, AttentionRecord>();
  readonly #invalid = new Map<string, InvalidRecord>();
  draft: DraftRecord;
  queue: Placed[] = [];
  sealed: SealedBatch | null = null;
  /** Own stored entries that are not proved yet. */
  unproved = 0;
  /** The accepted entries are being pulled anew: own work is laid over them when they are here. */
  relayWhenPulled = false;
  /** Told when entries that were accepted are not here any more: whoever talks with the server asks for them again. */
  onForgotten: () => void = () => undefined;

  constructor(db: WorkspaceDatabase, draftId: string, newId: () => string) {
    this.#db = db;
    this.store = new DraftStore(db, draftId);
    this.undo = new UndoStacks(draftId, newId);
    this.picture = new DraftPicture(draftId);
    this.draft = this.store.blank();
  }

  /** Commands that are only on this computer, in the order they were made. */
  waiting(): readonly QueuedCommand[] {
    return this.#waitingParts().flat();
  }

  /** How much `waiting` holds, without going through it. */
  waitingWork(): WaitingWork {
    const parts = this.#waitingParts().filter(({ length }) => length > 0);
    return {
      count: parts.reduce((sum, { length }) => sum + length, 0),
      oldestAt: parts[0]?.[0]?.at ?? null,
      newestAt: parts.at(-1)?.at(-1)?.at ?? null,
    };
  }

  /** Whether everything the person did is on disk. */
  get isKept(): boolean {
    return this.#unsaved.isEmpty;
  }

  invalid(): readonly InvalidRecord[] {
    return [...this.#invalid.values()];
  }
  invalidAt(key: InvalidKey): InvalidRecord | undefined {
    return this.#invalid.get(invalidKey(key));
  }

  /** Reads everything from the disk; gives the accepted entries. */
  async load(): Promise<readonly AcceptedEntry[]> {
    const entries = await this.#takeSound();
    await this.#followUndo();
    const fitting = entries.slice(0, this.picture.rebuild(entries, this.sealed, this.#overlay()));
    if (fitting.length < entries.length) await this.#forgetAfter(fitting.at(-1));
    this.relayWhenPulled = !this.picture.exists && this.waitingWork().count > 0;
    return fitting;
  }

  /** Reads everything again and says that anything may look different. */
  async reload(): Promise<void> {
    this.#isStale = true;
    await this.load();
    this.#isStale = false;
    this.picture.announceAll();
  }

  /** After the disk refused something: looks whether it works, by a write that changes nothing, and reads what is there. */
  async catchUp(): Promise<void> {
    await this.store.describe({});
    await this.refresh();
  }

  /** Reads what another window of this profile wrote. */
  async refresh(): Promise<void> {
    if (this.#isStale) return this.reload();
    const { next, head, generation } = this.draft;
    const before = { sealed: this.sealed, commands: this.waiting(), invalid: this.invalid(), next, generation };
    const { work, entries: records } = await this.store.read(before.next);
    // [SYNC-38] Entries that were read are no beginning of what is there now: they were dropped, or belong to the log before.
    if (work.draft.next < before.next || (before.next > 0 && work.draft.generation !== before.generation)) {
      await this.reload();
      return this.onForgotten();
    }
    const entries = this.#soundOf(records, head, work.draft.head);
    if (entries === null) return this.reload();
    const gone = before.sealed !== null && before.sealed.entryHash !== work.sealed?.entryHash;
    // A batch that is gone without its entry was refused: the author documents hold what nobody accepted.
    if (gone && !entries.some(({ entryHash }) => entryHash === before.sealed?.entryHash)) return this.reload();
    if (before.sealed !== null && entries.some(isFold)) return this.reload();
    await this.#followUndo();
    this.#take(work);
    this.picture.settled(commandsOf(before.sealed?.commands ?? []));
    for (const entry of entries) this.picture.accept(entry);
    this.picture.lay(work.sealed, this.#overlay());
    this.picture.announce(commandsOf([...before.commands, ...this.waiting()]));
    this.#announceMisfits([...before.invalid, ...this.invalid()]);
  }

  /** The log is another one: its entries are dropped, own ones are kept until the new one is here. */
  async leaveGeneration(generation: string, deviceId: string | null): Promise<void> {
    await leaveGeneration(this.#db, this.store.draftId, { generation, deviceId });
    await this.reload();
  }

  /** The new log is here: what it does not hold of this person goes back to the queue. False when nothing waited for that. */
  async offerAgain(): Promise<boolean> {
    if (this.#offered === null) return false;
    await offerAgain(this.#db, this.store.draftId);
    await this.reload();
    return true;
  }

  /** Forgets the accepted entries, to pull them all again; own work stays. */
  async forgetEntries(): Promise<void> {
    await this.store.forgetEntries();
    await this.reload();
  }

  /** [SYNC-38] Only the change is taken: what another window has put on disk meanwhile comes with its entries, by `refresh`. */
  async describe(change: Parameters<DraftStore['describe']>[0]): Promise<void> {
    const { draft } = this;
    // A server that is met again says mostly what it said before: the disk is not flushed for that.
    if (Object.entries(change).every(([name, value]) => draft[name as keyof DraftRecord] === value)) return;
    await this.store.describe(change);
    this.draft = { ...this.draft, ...change };
  }

  /** Takes changes of this computer into the view and the lists; `save` puts them on disk. */
  add(changes: Partial<Changes>): void {
    const { commands = [], invalid = [], mended = [] } = changes;
    // First, so that who hears of the change finds it among what waits.
    this.#unsaved.add(changes);
    this.picture.queue(commandsOf(commands));
    this.#layUnsaved();
    this.#announceMisfits([...mended, ...invalid]);
  }

  /** Writes what is not on disk yet, also what an earlier write could not keep. @throws StorageFailure */
  async save(): Promise<void> {
    const changes = this.#unsaved.begin();
    try {
      const placed = await this.store.enqueue(changes);
      this.#unsaved.written();
      this.queue.push(...placed);
    } catch (error) {
      this.#unsaved.failed();
      throw error;
    }
  }

  /** Appends accepted entries to disk and view; true when the batch in flight was among them. @throws Overtaken, DraftError */
  async accept(accepted: readonly AcceptedEntry[], now: string): Promise<boolean> {
    const { next, head } = this.draft;
    const own = await this.store.accept(accepted, { next, head }, now);
    const last = accepted.at(-1);
    if (last === undefined) return false;
    this.draft = { ...this.draft, next: last.index + 1, head: last.leafHash };
    if (own === null && this.sealed !== null && accepted.some(isFold)) {
      // A fold is proved on what was accepted, and the author documents hold a batch that was not.
      await this.reload();
      return false;
    }
    for (const entry of accepted) this.picture.accept(entry);
    const { sealed } = this;
    if (own === null || sealed === null) return false;
    this.sealed = null;
    this.unproved += 1;
    this.draft = { ...this.draft, storedAt: now };
    this.picture.settled(commandsOf(sealed.commands));
    return true;
  }

  /** Keeps a signed batch as the one in flight. @throws Overtaken */
  async seal(...[sealed, chain]: Parameters<DraftStore['seal']>): Promise<void> {
    await this.store.seal(sealed, chain);
    this.queue.splice(0, sealed.commands.length);
    this.sealed = sealed;
    this.picture.sealed(commandsOf(sealed.commands));
  }

  /** The stacks as they are on disk, with what is not there yet. */
  async #followUndo(): Promise<void> {
    const { ids, fresh } = await this.store.undo(this.undo.ids());
    this.undo.follow(ids, fresh);
    for (const change of this.#unsaved.undo()) this.undo.apply(change);
  }

  #take(work: DraftWork): void {
    this.draft = work.draft;
    this.#offered = work.offered;
    this.queue = [...work.queue];
    this.sealed = work.sealed;
    this.unproved = work.unproved;
    this.attention.clear();
    for (const record of work.attention) this.attention.set(record.id, record);
    this.#invalid.clear();
    for (const record of work.invalid) this.#invalid.set(invalidKey(record), record);
    this.#layUnsaved();
  }

  /** Tells of rows in which a value that does not fit came or went. */
  #announceMisfits(keys: readonly InvalidKey[]): void {
    for (const [sheet, own] of Map.groupBy(keys, (key) => key.sheet))
      this.picture.changed.tell({
        sheet: sheet as SheetId,
        rowIds: own.map(({ rowId }) => rowId),
        structural: false,
        remote: false,
        values: true,
      });
  }

  #waitingParts(): readonly (readonly QueuedCommand[])[] {
    return [this.#offered ?? [], this.sealed?.commands ?? [], this.queue, this.#unsaved.commands];
  }

  /** What is not on disk yet shows in the lists as if it were. */
  #layUnsaved(): void {
    for (const key of this.#unsaved.mended()) this.#invalid.delete(invalidKey(key));
    for (const record of this.#unsaved.invalid()) this.#invalid.set(invalidKey(record), record);
    for (const id of this.#unsaved.retried()) this.attention.delete(id);
  }

  /** What does not belong to the draft is pulled again: the server then says the same, and is heard with the reason, or has mended it. */
  async #forgetAfter(last: AcceptedEntry | undefined): Promise<void> {
    const [next, head] = last === undefined ? [0, ''] : [last.index + 1, last.leafHash];
    await this.store.forgetEntries(next, head);
    this.draft = { ...this.draft, next, head, complete: next > 0 && this.draft.complete };
    this.onForgotten();
  }

  #overlay(): QueuedCommand['command'][] {
    return commandsOf([...this.queue, ...this.#unsaved.commands]);
  }

  /** The entries; null when any of them is rotten or missing. */
  #soundOf(records: readonly EntryRecord[], before: string, head: string): AcceptedEntry[] | null {
    try {
      const entries = records.map(({ index, leaf, payload }) => readAccepted(index, this.store.draftId, leaf, payload));
      return areWhole(entries, before, head) ? entries : null;
    } catch (error) {
      if (!(error instanceof BrokenEntry)) throw error;
      return null;
    }
  }

  /** Takes the work and gives all accepted entries; where any is rotten or missing all are dropped and pulled again: the server has them. */
  async #takeSound(): Promise<AcceptedEntry[]> {
    const { work, entries } = await this.store.read(0);
    this.#take(work);
    const sound = this.#soundOf(entries, '', work.draft.head);
    if (sound !== null) return sound;
    await this.store.forgetEntries();
    this.draft = { ...this.draft, next: 0, head: '', complete: false };
    this.onForgotten();
    return [];
  }
}
