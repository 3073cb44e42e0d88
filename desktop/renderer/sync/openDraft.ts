// What the grid and the inspector hold of an open draft: reads from the picture, turns actions into commands, undoes them.
// Owns the meaning of a person's action; keeping and sending is `draftEngine.ts`.
import type { OpenContest } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import { Offline } from '../api/index.ts';
import type { BatchKind, QueuedCommand, UnsentWork } from '../storage/index.ts';
import { CellEdits, type InvalidEdit, type Planned } from './cellEdits.ts';
import { cellName } from './cellNames.ts';
import type { DraftEngine } from './draftEngine.ts';
import type {
  AttentionItem,
  CellEdit,
  CellMarks,
  Contest,
  DraftSession,
  EditOutcome,
  InvalidValue,
  Peer,
  RowsBelow,
  SyncStatus,
  UndoOutcome,
  ViewChange,
} from './draftSession.ts';
import type { Runtime } from './runtime.ts';
import { type Step, stepsOf, UndoStacks } from './undo.ts';

export interface OpenDraftOptions {
  readonly engine: DraftEngine;
  readonly runtime: Runtime;
  readonly userId: string;
  /** The name of a person, as far as it is known. */
  readonly nameOf: (userId: string) => string;
  readonly onClose: () => Promise<void>;
}

const NOTHING: EditOutcome = { accepted: 0, invalid: [], denied: null };

export class OpenDraft implements DraftSession {
  readonly #options: OpenDraftOptions;
  readonly #edits: CellEdits;
  readonly #undo = new UndoStacks();

  constructor(options: OpenDraftOptions) {
    this.#options = options;
    this.#edits = new CellEdits(options.engine.picture, (length) => options.runtime.randomBytes(length));
  }

  get draftId(): string {
    return this.#picture.draftId;
  }

  // Reading

  sheets(): readonly SheetId[] {
    return this.#picture.sheets();
  }
  rowIds(sheet: SheetId): readonly string[] {
    return this.#picture.view(sheet).rowIds();
  }
  value(sheet: SheetId, rowId: string, field: string): string | null {
    return this.#picture.view(sheet).value(rowId, field);
  }

  marks(sheet: SheetId, rowId: string, field: string): CellMarks {
    const contest = this.#picture.contest(sheet, rowId, field);
    const invalid = this.#engine.invalidAt({ sheet, rowId, field });
    return {
      waiting: this.#picture.isWaiting(sheet, rowId, field),
      contest: contest === null ? null : this.#named(contest),
      invalid: invalid === undefined ? null : { typed: invalid.typed, reason: invalid.reason },
    };
  }

  contests(): readonly Contest[] {
    return this.#picture.contests().map((contest) => this.#named(contest));
  }

  invalidCells(): readonly { sheet: SheetId; rowId: string; field: string; invalid: InvalidValue }[] {
    return this.#engine
      .invalid()
      .map(({ sheet, rowId, field, typed, reason }) => ({ sheet, rowId, field, invalid: { typed, reason } }));
  }

  attention(): readonly AttentionItem[] {
    return this.#engine.attention().map(({ id, command, code, text, at }) => ({
      id,
      sheet: command.sheet as SheetId,
      rowId: command.rowId,
      field: command.field,
      from: command.from,
      to: command.to,
      code,
      text,
      at,
    }));
  }

  peers(): readonly Peer[] {
    // The server lists this window too, and the list does not say which one it is: one of the own sessions is left out.
    const { peers } = this.#engine;
    const own = peers.findIndex(({ userId }) => userId === this.#options.userId);
    return peers
      .filter((_, i) => i !== own)
      .map(({ session, userId, name, sheet, rowId, field }) => ({
        session,
        userId,
        name,
        ...(sheet !== undefined && this.#picture.hasSheet(sheet) ? { sheet } : {}),
        ...(rowId === undefined ? {} : { rowId }),
        ...(field === undefined ? {} : { field }),
      }));
  }

  status(): SyncStatus {
    const waiting = this.#engine.waiting();
    const { storedAt, verifiedAt } = this.#engine.draft;
    const stage = waiting.length > 0 ? 'onThisComputer' : this.#engine.isVerified() ? 'verified' : 'stored';
    const made = waiting.map(({ at }) => at).sort();
    return {
      stage,
      at: stage === 'verified' ? verifiedAt : stage === 'stored' ? storedAt : (made.at(-1) ?? null),
      waiting: waiting.length,
      oldestWaitingAt: made[0] ?? null,
      connection: this.#engine.connectionState(),
      trouble: this.#engine.trouble(),
    };
  }

  editDenial(): string | null {
    const { canEdit, denial, state } = this.#engine.draft;
    if (canEdit) return null;
    return denial ?? (state === 'DRAFT' ? 'Your role does not allow edits.' : 'This version is no longer a draft.');
  }

  // Acting

  edit(edits: readonly CellEdit[], below?: RowsBelow): Promise<EditOutcome> {
    return this.#do(() => {
      const cells = this.#edits.cells(edits);
      if (below === undefined || cells.denied !== null) return cells;
      const rows = this.#edits.rows(below.sheet, null, below.rows);
      return {
        commands: [...cells.commands, ...rows.commands],
        invalid: [...cells.invalid, ...rows.invalid],
        mended: cells.mended,
        denied: null,
      };
    });
  }

  async insertRows(
    sheet: SheetId,
    afterRowId: string | null,
    rows: readonly Readonly<Record<string, string | null>>[],
  ): Promise<readonly string[]> {
    if (this.editDenial() !== null || rows.length === 0) return [];
    const planned = this.#edits.rows(sheet, afterRowId, rows);
    await this.#issue('edit', planned);
    return planned.rowIds;
  }

  removeRows(sheet: SheetId, rowIds: readonly string[]): Promise<EditOutcome> {
    return this.#do(() => this.#edits.removals(sheet, rowIds));
  }

  moveRows(sheet: SheetId, rowIds: readonly string[], afterRowId: string | null): Promise<EditOutcome> {
    return this.#do(() => this.#edits.moves(sheet, rowIds, afterRowId));
  }

  async choose({ sheet, rowId, field }: Contest, value: string | null): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    if (this.#picture.contest(sheet, rowId, field) === null)
      return { ...NOTHING, denied: 'The cell is not contested any more. Look at its value again.' };
    const commands = [this.#edits.command(sheet, rowId, field, value)];
    return this.#issue('choose', { commands, invalid: [], mended: [{ sheet, rowId, field }], denied: null });
  }

  undo(): Promise<UndoOutcome> {
    return this.#takeBack('undo');
  }
  redo(): Promise<UndoOutcome> {
    return this.#takeBack('redo');
  }
  canUndo(): boolean {
    return this.#undo.canUndo;
  }
  canRedo(): boolean {
    return this.#undo.canRedo;
  }

  async retryAttention(ids: readonly string[]): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    const wanted = new Set(ids);
    const records = this.#engine.attention().filter(({ id }) => wanted.has(id));
    const { commands, reissued, missing } = this.#reissue(records.map(({ command }) => command));
    // A choice made again is one only while the cell is contested; else it is an edit like any other.
    const isChoice = new Set(records.filter(({ kind }) => kind === 'choose').map(({ id }) => id));
    const queued = commands.map((command, i) => {
      const contested = this.#picture.contest(command.sheet, command.rowId, command.field) !== null;
      return this.#queued(contested && isChoice.has(reissued[i] ?? '') ? 'choose' : 'edit', command);
    });
    await this.#engine.add(queued, [], [], reissued);
    return {
      accepted: commands.length,
      invalid: [],
      denied:
        missing === 0 ? null : `${missing} of them are in rows that this version does not have. They stay in the list.`,
    };
  }

  /** The kept commands behind items of Needs attention. */
  kept(items: readonly AttentionItem[]): readonly Command[] {
    const wanted = new Set(items.map(({ id }) => id));
    return this.#engine.attention().flatMap(({ id, command }) => (wanted.has(id) ? [command] : []));
  }

  /** Makes the commands again here, under this person's signature now. Returns the ids of those that have their row here. */
  async reissue(items: readonly Command[]): Promise<readonly string[]> {
    const { commands, reissued } = this.#reissue(items);
    await this.#engine.add(commands.map((command) => this.#queued('edit', command)));
    this.#undo.did(stepsOf(commands));
    return reissued;
  }

  discardAttention(ids: readonly string[]): Promise<void> {
    return this.#engine.discardAttention(ids);
  }

  setCursor(cursor: { sheet: SheetId; rowId: string; field: string } | null): void {
    this.#engine.setCursor(cursor ?? {});
  }

  onView(listener: (change: ViewChange) => void): () => void {
    return this.#picture.changed.add(listener);
  }
  onState(listener: () => void): () => void {
    return this.#engine.changed.add(listener);
  }

  settled(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const { waiting, connection, trouble } = this.status();
        if (waiting === 0) resolve();
        else if (trouble !== null) reject(new Error(trouble));
        else if (connection === 'offline') reject(new Offline(new Error('changes wait for the network')));
        else return false;
        return true;
      };
      if (look()) return;
      const stop = this.onState(() => {
        if (look()) stop();
      });
    });
  }

  /** Work that exists only on this computer. */
  unsent(): UnsentWork {
    return this.#engine.unsent();
  }

  close(): Promise<void> {
    return this.#options.onClose();
  }

  get #engine(): DraftEngine {
    return this.#options.engine;
  }
  get #picture() {
    return this.#options.engine.picture;
  }

  async #do(plan: () => Planned): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    return this.#issue('edit', plan());
  }

  /** Puts a planned action into the view at once; resolves when it is on disk. */
  async #issue(kind: BatchKind, { commands, invalid, mended, denied }: Planned): Promise<EditOutcome> {
    if (denied !== null) return { ...NOTHING, denied };
    const known = mended.filter((key) => this.#engine.invalidAt(key) !== undefined);
    const misfits = [
      ...known.map((key): Step => ({ ...key, from: this.#misfit(key), to: null, misfit: true })),
      ...invalid.map(
        ({ edit: { sheet, rowId, field, typed } }): Step => ({
          sheet,
          rowId,
          field,
          from: this.#misfit({ sheet, rowId, field }),
          to: typed ?? '',
          misfit: true,
        }),
      ),
    ];
    this.#undo.did([...stepsOf(commands), ...misfits]);
    const records = this.#misfitRecords(invalid);

    if (commands.length + records.length + known.length > 0)
      await this.#engine.add(
        commands.map((command) => this.#queued(kind, command)),
        records,
        known,
      );
    return { accepted: commands.length, invalid, denied: null };
  }

  async #takeBack(which: 'undo' | 'redo'): Promise<UndoOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { done: 0, refused: [denied] };
    const taken = this.#undo.take(which, {
      current: (sheet, rowId, field) => this.#picture.view(sheet).current(rowId, field),
      misfit: (sheet, rowId, field) => this.#misfit({ sheet, rowId, field }),
    });
    if (taken === null) return { done: 0, refused: [] };
    const refused = taken.changedSince.map((step) => this.#changedSince(step));
    const misfits = taken.steps.filter((step) => step.misfit);
    const commands = taken.steps
      .filter((step) => !step.misfit)
      .map(({ sheet, rowId, field, to }) => this.#edits.command(sheet, rowId, field, to));
    // What was typed comes back with the reason why it does not fit now.
    const back = misfits.flatMap(({ sheet, rowId, field, to }) =>
      to === null ? [] : this.#edits.cells([{ sheet, rowId, field, typed: to }]).invalid,
    );
    const gone = misfits.filter(({ to }) => to === null).map(({ sheet, rowId, field }) => ({ sheet, rowId, field }));
    if (taken.steps.length > 0)
      await this.#engine.add(
        commands.map((command) => this.#queued('edit', command)),
        this.#misfitRecords(back),
        gone,
      );
    return { done: taken.steps.length, refused };
  }

  #misfit(key: { readonly sheet: SheetId; readonly rowId: string; readonly field: string }): string | null {
    return this.#engine.invalidAt(key)?.typed ?? null;
  }

  #misfitRecords(invalid: readonly InvalidEdit[]) {
    return invalid.map(({ edit: { sheet, rowId, field, typed }, reason }) => ({
      draftId: this.draftId,
      sheet,
      rowId,
      field,
      typed: typed ?? '',
      reason,
    }));
  }

  #changedSince({ sheet, rowId, field }: Step): string {
    return `${cellName(this.#picture, sheet, rowId, field)} has changed since and was left as it is.`;
  }

  #queued(kind: BatchKind, command: Command): QueuedCommand {
    return { draftId: this.draftId, kind, command, at: this.#options.runtime.now() };
  }

  #reissue(items: readonly Command[]): { commands: Command[]; reissued: string[]; missing: number } {
    const commands: Command[] = [];
    const reissued: string[] = [];
    const inserted = new Set<string>();
    for (const { id, sheet, rowId, field, to } of items) {
      if (!this.#picture.hasSheet(sheet)) continue;
      const view = this.#picture.view(sheet);
      const isInsert = field === ROW_FIELD.insert;
      // Row ids are permanent: a row that is here already is not inserted twice, and nothing is written into one that is not.
      if (isInsert ? view.has(rowId) : !view.has(rowId) && !inserted.has(rowId)) continue;
      if (isInsert) inserted.add(rowId);
      commands.push(this.#edits.command(sheet, rowId, field, to, inserted.has(rowId) ? null : undefined));
      reissued.push(id);
    }
    return { commands, reissued, missing: items.length - commands.length };
  }

  #named({ sheet, rowId, field, claims }: OpenContest): Contest {
    return {
      sheet: sheet as SheetId,
      rowId,
      field,
      values: claims.map(({ value, userId, deviceId, index, at }) => ({
        value,
        userId,
        userName: this.#options.nameOf(userId),
        deviceId,
        index: String(index),
        at,
      })),
    };
  }
}
