// What people say about a draft's cells: the accepted threads with what waits on this computer laid over them. Owns that view;
// saying something is `openDraft.ts`, the fold shared/document's.
import { type CommentThread, isComment } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { DraftEngine } from './draftEngine.ts';
import type { CellThread } from './draftSession.ts';

const cellKey = (sheet: string, rowId: string, about: string | null): string => `${sheet}/${rowId}/${about ?? ''}`;

interface Read {
  /** Log size and number of waiting changes it was read at: a sheet that nobody looks at announces nothing. */
  readonly at: string;
  readonly byRow: ReadonlyMap<string, readonly CommentThread[]>;
  /** Open threads of each cell. */
  readonly open: ReadonlyMap<string, number>;
}

export class DraftThreads {
  readonly #engine: DraftEngine;
  readonly #self: string;
  readonly #nameOf: (userId: string) => string;
  /** Every cell that is painted asks, so it is read once for what there is. */
  #read: Read | null = null;

  /** @param self the person whose work waits here. */
  constructor(engine: DraftEngine, self: string, nameOf: (userId: string) => string) {
    this.#engine = engine;
    this.#self = self;
    this.#nameOf = nameOf;
    engine.picture.changed.add(() => {
      this.#read = null;
    });
  }

  ofRow(sheet: SheetId, rowId: string): CellThread[] {
    return (this.#all().byRow.get(`${sheet}/${rowId}`) ?? []).map(({ id, about, done, messages }) => ({
      id,
      sheet,
      rowId,
      about,
      done,
      messages: messages.map(({ id: said, userId, at, text, index }) => {
        return { id: said, userId, userName: this.#nameOf(userId), at, text, stored: index !== null };
      }),
    }));
  }

  /** How many threads about this cell are open. */
  openAt(sheet: string, rowId: string, field: string): number {
    return this.#all().open.get(cellKey(sheet, rowId, field)) ?? 0;
  }

  #all(): Read {
    const at = `${this.#engine.picture.size}/${this.#engine.waitingWork().count}`;
    if (this.#read?.at !== at) this.#read = this.#readAll(at);
    return this.#read;
  }

  #readAll(at: string): Read {
    const threads = this.#engine.picture.state.comments.copy();
    for (const { command, at: said } of this.#engine.waiting())
      if (isComment(command)) threads.apply({ index: null, at: said, userId: this.#self }, [command]);
    const all = threads.all();
    const open = new Map<string, number>();
    for (const { sheet, rowId, about, done } of all) {
      if (done) continue;
      const key = cellKey(sheet, rowId, about);
      open.set(key, (open.get(key) ?? 0) + 1);
    }
    return {
      at,
      byRow: Map.groupBy(all, ({ sheet, rowId }) => `${sheet}/${rowId}`),
      open,
    };
  }
}
