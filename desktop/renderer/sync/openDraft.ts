// What the grid and the inspector hold of an open draft: turns a person's actions into commands, and takes them back.
// Owns the meaning of an action; reading is `draftReading.ts`, keeping and sending `draftEngine.ts`.
import { type Comment, commentText } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import { Offline } from '../api/index.ts';
import type { BatchKind, InvalidRecord, QueuedCommand, UnsentWork } from '../storage/index.ts';
import { CellEdits, type InvalidEdit, type Planned } from './cellEdits.ts';
import type { DraftEngine } from './draftEngine.ts';
import { DraftReading } from './draftReading.ts';
import type {
  AttentionItem,
  CellEdit,
  CellSight,
  Contest,
  DraftSession,
  EditOutcome,
  RowsBelow,
  UndoOutcome,
} from './draftSession.ts';
import type { Runtime } from './runtime.ts';
import { TakingBack } from './takingBack.ts';

export interface OpenDraftOptions {
  readonly engine: DraftEngine;
  readonly runtime: Runtime;
  /** Who is at this computer. */
  readonly userId: string;
  /** The name of a person, as far as it is known. */
  readonly nameOf: (userId: string) => string;
  readonly onClose: () => Promise<void>;
}

/** What of a command is made again; the rest is of the moment. */
type Reissued = Pick<Command, 'id' | 'sheet' | 'rowId' | 'field' | 'to'>;

const NOTHING: EditOutcome = { accepted: 0, invalid: [], denied: null };

export class OpenDraft extends DraftReading implements DraftSession {
  readonly #runtime: Runtime;
  readonly #onClose: () => Promise<void>;
  readonly #edits: CellEdits;
  readonly #back: TakingBack;

  constructor({ engine, runtime, userId, nameOf, onClose }: OpenDraftOptions) {
    super(engine, userId, nameOf);
    this.#runtime = runtime;
    this.#onClose = onClose;
    this.#edits = new CellEdits(engine.picture, (length) => runtime.randomBytes(length));
    this.#back = new TakingBack(engine, this.#edits);
  }

  async edit(edits: readonly CellEdit[], below?: RowsBelow): Promise<EditOutcome> {
    let added: readonly string[] = [];
    const outcome = await this.#do(() => {
      const cells = this.#edits.cells(edits);
      if (below === undefined || cells.denied !== null) return cells;
      const rows = this.#edits.rows(below.sheet, null, below.rows);
      added = rows.rowIds;
      return {
        commands: [...cells.commands, ...rows.commands],
        invalid: [...cells.invalid, ...rows.invalid],
        mended: cells.mended,
        denied: null,
      };
    });
    return added.length === 0 ? outcome : { ...outcome, added };
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
    if (this.picture.contest(sheet, rowId, field) === null)
      return { ...NOTHING, denied: 'The cell is not contested any more. Look at its value again.' };
    const commands = [this.#edits.command(sheet, rowId, field, value)];
    return this.#issue('choose', { commands, invalid: [], mended: [{ sheet, rowId, field }], denied: null });
  }

  /** [SYNC-41] What was said was said: it is no step of undo. */
  async comment(sheet: SheetId, rowId: string, comment: Comment): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    const command = this.#edits.command(sheet, rowId, ROW_FIELD.comment, commentText(comment));
    await this.engine.add({ commands: [this.#queued('edit', command)] });
    return { ...NOTHING, accepted: 1 };
  }

  /** Nothing that stood in an editor is dropped: what may not be written now is set aside by the outbox, as any late change is. */
  async typed(edit: CellEdit, sight: CellSight): Promise<EditOutcome> {
    const denied = this.editDenial();
    const outcome = await this.#issue('edit', this.#edits.typed(edit, sight));
    return denied === null ? outcome : { ...outcome, denied: `${denied} What you typed is kept.` };
  }

  undo(): Promise<UndoOutcome> {
    return this.#takeBack('undo');
  }
  redo(): Promise<UndoOutcome> {
    return this.#takeBack('redo');
  }

  async retryAttention(ids: readonly string[]): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    const wanted = new Set(ids);
    const records = this.engine.attention().filter(({ id }) => wanted.has(id));
    const { commands, reissued, missing } = this.#reissue(records.map(({ command }) => command));
    // A choice made again is one only while the cell is contested; else it is an edit like any other.
    const isChoice = new Set(records.filter(({ kind }) => kind === 'choose').map(({ id }) => id));
    const queued = commands.map((command, i) => {
      const contested = this.picture.contest(command.sheet, command.rowId, command.field) !== null;
      return this.#queued(contested && isChoice.has(reissued[i] ?? '') ? 'choose' : 'edit', command);
    });
    await this.engine.add({ commands: queued, retried: reissued });
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
    return this.engine.attention().flatMap(({ id, command }) => (wanted.has(id) ? [command] : []));
  }

  /** Makes the commands again here, under this person's signature now. Returns the ids of those that have their row here. */
  async reissue(items: readonly Reissued[]): Promise<readonly string[]> {
    const { commands, reissued } = this.#reissue(items);
    const undo = this.#back.did({ commands, invalid: [] }, []);
    await this.engine.add({ commands: commands.map((command) => this.#queued('edit', command)), undo });
    return reissued;
  }

  discardAttention(ids: readonly string[]): Promise<void> {
    return this.engine.discardAttention(ids);
  }

  setCursor(cursor: { sheet: SheetId; rowId: string; field: string } | null): void {
    this.engine.setCursor(cursor ?? {});
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
    return this.engine.unsent();
  }

  close(): Promise<void> {
    return this.#onClose();
  }

  async #do(plan: () => Planned): Promise<EditOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { ...NOTHING, denied };
    return this.#issue('edit', plan());
  }

  /** Puts a planned action into the view at once; resolves when it is on disk. */
  async #issue(kind: BatchKind, planned: Planned): Promise<EditOutcome> {
    const { commands, invalid, denied } = planned;
    if (denied !== null) return { ...NOTHING, denied };
    const at = this.#runtime.now();
    const mended = planned.mended.flatMap((key) => (this.engine.invalidAt(key) === undefined ? [] : [{ ...key, at }]));
    if (commands.length + invalid.length + mended.length > 0)
      await this.engine.add({
        commands: commands.map((command) => this.#queued(kind, command)),
        invalid: this.#misfitRecords(invalid),
        mended,
        undo: this.#back.did(planned, mended),
      });
    return { accepted: commands.length, invalid, denied: null };
  }

  async #takeBack(which: 'undo' | 'redo'): Promise<UndoOutcome> {
    const denied = this.editDenial();
    if (denied !== null) return { done: 0, refused: [denied] };
    const taken = this.#back.take(which);
    if (taken === null) return { done: 0, refused: [] };
    const { commands, invalid, mended, undo, done, refused } = taken;
    await this.engine.add({
      commands: commands.map((command) => this.#queued('edit', command)),
      invalid: this.#misfitRecords(invalid),
      mended: mended.map((key) => ({ ...key, at: this.#runtime.now() })),
      undo,
    });
    return { done, refused };
  }

  #misfitRecords(invalid: readonly InvalidEdit[]): InvalidRecord[] {
    return invalid.map(({ edit: { sheet, rowId, field, typed }, reason }) => ({
      draftId: this.draftId,
      sheet,
      rowId,
      field,
      typed: typed ?? '',
      reason,
      at: this.#runtime.now(),
    }));
  }

  #queued(kind: BatchKind, command: Command): QueuedCommand {
    return { draftId: this.draftId, kind, command, at: this.#runtime.now() };
  }

  #reissue(items: readonly Reissued[]): { commands: Command[]; reissued: string[]; missing: number } {
    const commands: Command[] = [];
    const reissued: string[] = [];
    const inserted = new Set<string>();
    for (const { id, sheet, rowId, field, to } of items) {
      if (!this.picture.hasSheet(sheet)) continue;
      const view = this.picture.view(sheet);
      const isInsert = field === ROW_FIELD.insert;
      // Row ids are permanent: a row that is here already is not inserted twice, and nothing is written into one that is not.
      if (isInsert ? view.has(rowId) : !view.has(rowId) && !inserted.has(rowId)) continue;
      if (isInsert) inserted.add(rowId);
      commands.push(this.#edits.command(sheet, rowId, field, to, inserted.has(rowId) ? null : undefined));
      reissued.push(id);
    }
    return { commands, reissued, missing: items.length - commands.length };
  }
}
