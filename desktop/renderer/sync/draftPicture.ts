// A draft in memory: the fold of its accepted entries, the batch in flight, and above them the queued commands. Owns what the
// view is made of; must not read the disk or the network.
import { DraftError, DraftState, encodeCommands, type OpenContest } from '@countersign/shared/document';
import { decodePayload, PayloadShapeError, parsePart0 } from '@countersign/shared/history';
import { type SheetId, sheetSpec } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { SealedBatch } from '../storage/index.ts';
import { type AcceptedEntry, isFold } from './acceptedEntry.ts';
import type { ViewChange } from './draftSession.ts';
import { Listeners } from './listeners.ts';
import { SheetView, STRUCTURAL } from './sheetView.ts';

const cellKey = (sheet: string, rowId: string, field: string): string => `${sheet}/${rowId}/${field}`;

export class DraftPicture {
  readonly changed = new Listeners<[ViewChange]>();
  readonly draftId: string;
  #state: DraftState;
  readonly #views = new Map<SheetId, SheetView>();
  /** Cells of the batch in flight: changed here and not yet stored. */
  readonly #inFlight = new Set<string>();
  #contests: readonly OpenContest[] | null = null;

  constructor(draftId: string) {
    this.draftId = draftId;
    this.#state = new DraftState(draftId);
  }

  /** Log index of the next entry: what a command made now gives as `seen`. */
  get size(): number {
    return this.#state.size;
  }

  /** Whether the draft's first entry is here. */
  get exists(): boolean {
    return this.#state.exists;
  }

  get state(): DraftState {
    return this.#state;
  }

  sheets(): readonly SheetId[] {
    return [...this.#views.keys()];
  }

  /** @throws RangeError for a sheet this draft has not. */
  view(sheet: SheetId): SheetView {
    const view = this.#views.get(sheet);
    if (view === undefined) throw new RangeError(`This version has no sheet ${sheet}.`);
    return view;
  }

  hasSheet(sheet: string): sheet is SheetId {
    return sheetSpec(sheet) !== undefined && this.#views.has(sheet as SheetId);
  }

  /** Contests that no command of this computer is about to settle. */
  contests(): readonly OpenContest[] {
    this.#contests ??= this.#state.contests();
    return this.#contests.filter((contest) => !this.isWaiting(contest.sheet, contest.rowId, contest.field));
  }

  contest(sheet: string, rowId: string, field: string): OpenContest | null {
    if (this.isWaiting(sheet, rowId, field)) return null;
    return this.#state.ledger.contest(sheet, rowId, field);
  }

  /** Whether a command on this cell is not yet in the accepted log. */
  isWaiting(sheet: string, rowId: string, field: string): boolean {
    if (this.#inFlight.has(cellKey(sheet, rowId, field)) || this.#inFlight.has(cellKey(sheet, rowId, ROW_FIELD.insert)))
      return true;
    return this.hasSheet(sheet) && this.view(sheet).isQueued(rowId, field);
  }

  /** Applies the next accepted entry. @throws DraftError or PayloadShapeError when it cannot be one of this draft. */
  accept(accepted: AcceptedEntry): void {
    const { index, leaf, parts } = accepted;
    const { exists } = this;
    const open = new Set(this.#state.contests().map(({ sheet, rowId, field }) => cellKey(sheet, rowId, field)));
    const { changes, commented } = this.#state.applyEntry({ index, at: leaf.env.serverTime, entry: leaf.entry, parts });
    this.#contests = null;
    if (!exists || isFold(accepted)) {
      this.#showDocuments();
      this.announceAll();
    }
    // A contest opens or closes, and people speak, without any cell changing its value: those rows are repainted too.
    const touched = new Map<SheetId, Set<string>>();
    const touch = (sheet: string, rowId: string): void => {
      if (this.hasSheet(sheet)) touched.set(sheet, (touched.get(sheet) ?? new Set()).add(rowId));
    };
    for (const { sheet, rowId, field, contested } of changes)
      if (contested || open.has(cellKey(sheet, rowId, field))) touch(sheet, rowId);
    for (const { sheet, rowId } of commented) touch(sheet, rowId);
    for (const [sheet, rows] of touched)
      this.changed.tell({ sheet, rowIds: [...rows], structural: false, remote: true, values: false });
  }

  /** Lays commands over the documents and says which rows look different. */
  queue(commands: readonly Command[]): void {
    for (const command of commands) if (this.hasSheet(command.sheet)) this.view(command.sheet).queue(command);
    this.announce(commands);
  }

  /** Runs queued commands on the author documents under the epoch's client id: one update a sheet, in tab order. */
  encode(commands: readonly Command[], clientId: number): { sheet: SheetId; update: Uint8Array }[] {
    const updates: { sheet: SheetId; update: Uint8Array }[] = [];
    for (const [sheet, view] of this.#views) {
      const own = commands.filter((command) => command.sheet === sheet);
      if (own.length > 0) updates.push({ sheet, update: view.encode(clientId, own) });
    }
    return updates;
  }

  /** The commands are signed and in the author documents: they leave the overlay and are in flight. */
  sealed(commands: readonly Command[]): void {
    for (const command of commands) {
      if (this.hasSheet(command.sheet)) this.view(command.sheet).unqueue(command);
      this.#inFlight.add(cellKey(command.sheet, command.rowId, command.field));
    }
  }

  /** The batch in flight is in the accepted log: its cells lose their marks, and no value or row changes with that. */
  settled(commands: readonly Command[]): void {
    this.#inFlight.clear();
    for (const [sheet, rowIds] of this.#rowsOf(commands))
      this.changed.tell({ sheet, rowIds, structural: false, remote: false, values: false });
  }

  /**
   * Builds everything anew from the disk's truth. Gives how many of the entries belong together: what comes after one that does not,
   * such as a fold that changes the draft, is left out.
   */
  rebuild(entries: readonly AcceptedEntry[], sealed: SealedBatch | null, queued: readonly Command[]): number {
    const before = this.#state;
    this.#state = new DraftState(this.draftId);
    this.#contests = null;
    this.#inFlight.clear();
    const fitting = entries.findIndex((entry) => !this.#fits(entry));
    this.#showDocuments();
    before.destroy();
    this.lay(sealed, queued);
    return fitting < 0 ? entries.length : fitting;
  }

  #fits({ index, leaf, parts }: AcceptedEntry): boolean {
    try {
      this.#state.applyEntry({ index, at: leaf.env.serverTime, entry: leaf.entry, parts });
      return true;
    } catch (error) {
      if (error instanceof DraftError || error instanceof PayloadShapeError) return false;
      throw error;
    }
  }

  /**
   * Lays over what was accepted what is only here: a batch that was signed earlier, or by another window, in the author documents, and
   * the queue above. A batch from before a fold is shown as if it were queued: it will be made again (SPEC DOC-72).
   */
  lay(sealed: SealedBatch | null, queued: readonly Command[]): void {
    for (const view of this.#views.values()) view.unqueueAll();
    const over = sealed === null || this.#applySealed(sealed) ? [] : sealed.commands.map(({ command }) => command);
    for (const command of [...over, ...queued])
      if (this.hasSheet(command.sheet)) this.view(command.sheet).queue(command);
  }

  /** False when the batch was made on documents that were folded since. */
  #applySealed(sealed: SealedBatch): boolean {
    // Without its first entry there is no document to put it into; the caller builds again when that is here.
    if (!this.exists) return true;
    for (const { command } of sealed.commands) this.#inFlight.add(cellKey(command.sheet, command.rowId, command.field));
    const parts = decodePayload(sealed.payload);
    const { updates, fold } = parsePart0(sealed.kind, parts[0]);
    if (fold !== this.#state.lastFold) return false;
    for (const { sheet, part } of updates) {
      const update = parts[part];
      if (update !== undefined) this.#state.sheet(sheet).applyUpdate(update, encodeCommands);
    }
    return true;
  }

  /** Tells that rows named by these commands may look different. */
  announce(commands: readonly Command[]): void {
    const moved = new Set(commands.filter(({ field }) => STRUCTURAL.has(field)).map(({ sheet }) => sheet));
    for (const [sheet, rowIds] of this.#rowsOf(commands))
      this.changed.tell({ sheet, rowIds, structural: moved.has(sheet), remote: false, values: true });
  }

  /** Tells that anything may look different. */
  announceAll(): void {
    for (const sheet of this.#views.keys())
      this.changed.tell({ sheet, rowIds: null, structural: true, remote: true, values: true });
  }

  destroy(): void {
    for (const view of this.#views.values()) view.destroy();
    this.#state.destroy();
    this.changed.clear();
  }

  #rowsOf(commands: readonly Command[]): [SheetId, string[]][] {
    return [...Map.groupBy(commands, (command) => command.sheet)].flatMap(([sheet, own]) =>
      this.hasSheet(sheet) ? [[sheet, [...new Set(own.map(({ rowId }) => rowId))]]] : [],
    );
  }

  /** Puts the documents under the views; until the first entry is here there are none, and the views show the old ones. */
  #showDocuments(): void {
    for (const [sheet, doc] of this.#state.docs) {
      const view = this.#views.get(sheet);
      if (view !== undefined) view.attach(doc);
      else
        this.#views.set(
          sheet,
          new SheetView(doc, (change) => this.changed.tell({ ...change, remote: true, values: true })),
        );
    }
  }
}
