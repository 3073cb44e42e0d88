// What a key or a button asks for, handed to whoever does it. Owns only how the open editor was asked for.
import type { GridListener } from './gridListener.ts';
import type { GridCommands } from './keys.ts';
import type { GridNavigation } from './navigation.ts';
import type { SheetWrites } from './sheetWrites.ts';

export interface CommandedSheet {
  readonly navigation: GridNavigation;
  readonly writes: SheetWrites;
  readonly listener: GridListener;
  /** Ends the editor: what was typed is kept. */
  commit(): void;
  /** What was typed goes into every selected cell. */
  commitToAll(): void;
  /** What was typed is given up. */
  cancel(): void;
  deniesWriting(): boolean;
}

/** The commands of one open sheet. */
export function gridCommands({ navigation, writes, listener, ...sheet }: CommandedSheet): GridCommands {
  let typing = false;
  return {
    move: (direction, options) => navigation.move(direction, options),
    advance: (direction) => navigation.advance(direction),
    page: (direction, extend) => navigation.page(direction, extend),
    home: (extend) => navigation.home(extend),
    end: (extend) => navigation.end(extend),
    firstCell: (extend) => navigation.firstCell(extend),
    lastCell: (extend) => navigation.lastCell(extend),
    selectAll: () => navigation.selectAll(),
    selectRows: () => navigation.selectRows(),
    selectColumns: () => navigation.selectColumns(),
    clear: () => writes.clear(),
    today: () => writes.today(),
    fillDown: () => writes.fillDown(),
    fillRight: () => writes.fillRight(),
    undo: () => writes.undo(),
    redo: () => writes.redo(),
    insertRows: () => writes.rows.insert(),
    removeRows: () => writes.rows.remove(),
    ask: (asked) => listener.onAsk(asked),
    openMark: () => listener.onOpenMark(),
    nextSheet: (by) => listener.onNextSheet(by),
    commit: () => sheet.commit(),
    commitToAll: () => sheet.commitToAll(),
    cancel: () => sheet.cancel(),
    isTyping: () => typing,
    deniesWriting: () => sheet.deniesWriting(),
    opensBy: (how) => {
      typing = how === 'typing';
    },
  };
}
