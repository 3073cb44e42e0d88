// What a person did that is not on disk yet: a write is on its way, or failed. Owns merging it, so that the next write keeps all of it.
import type { InvalidRecord, QueuedCommand, UndoRecord } from '../storage/index.ts';
import type { InvalidKey } from './draftWork.ts';
import type { UndoChange } from './undo.ts';

/** Key of a cell's invalid value. */
export function invalidKey({ sheet, rowId, field }: InvalidKey): string {
  return `${sheet}/${rowId}/${field}`;
}

/** One write: commands, and what goes with them in the same transaction. */
export interface Changes {
  readonly commands: readonly QueuedCommand[];
  readonly invalid: readonly InvalidRecord[];
  /** Cells whose invalid value is gone. */
  readonly mended: readonly InvalidKey[];
  /** Items of Needs attention whose command was made again. */
  readonly retried: readonly string[];
  readonly undo: UndoChange;
}

export class UnsavedChanges {
  #commands: QueuedCommand[] = [];
  readonly #invalid = new Map<string, InvalidRecord>();
  readonly #mended = new Map<string, InvalidKey>();
  readonly #retried = new Set<string>();
  readonly #undoPut = new Map<string, UndoRecord>();
  readonly #undoRemove = new Set<string>();
  /** What a write has begun to keep; it counts as unsaved until the write is done. */
  #writing: Changes | null = null;

  get commands(): readonly QueuedCommand[] {
    const writing = this.#writing?.commands ?? [];
    // Nearly always one of the two is empty, and this is asked often.
    if (writing.length === 0) return this.#commands;
    return this.#commands.length === 0 ? writing : [...writing, ...this.#commands];
  }
  invalid(): Iterable<InvalidRecord> {
    return this.#invalid.values();
  }
  mended(): Iterable<InvalidKey> {
    return this.#mended.values();
  }
  retried(): Iterable<string> {
    return this.#retried;
  }
  /** Whether everything is on disk. */
  get isEmpty(): boolean {
    const held = [this.#commands.length, this.#invalid.size, this.#mended.size, this.#retried.size];
    return (
      this.#writing === null && held.every((size) => size === 0) && this.#undoPut.size + this.#undoRemove.size === 0
    );
  }
  /** Changes of the undo stacks, in the order to apply them. */
  undo(): readonly UndoChange[] {
    const meanwhile = { put: [...this.#undoPut.values()], remove: [...this.#undoRemove] };
    return this.#writing === null ? [meanwhile] : [this.#writing.undo, meanwhile];
  }

  add({ commands = [], invalid = [], mended = [], retried = [], undo }: Partial<Changes>): void {
    this.#commands.push(...commands);
    for (const key of mended) {
      this.#mended.set(invalidKey(key), key);
      this.#invalid.delete(invalidKey(key));
    }
    for (const record of invalid) {
      this.#invalid.set(invalidKey(record), record);
      this.#mended.delete(invalidKey(record));
    }
    for (const id of retried) this.#retried.add(id);
    for (const id of undo?.remove ?? []) {
      // Also what was never written leaves by its id: a write may have begun to keep it.
      this.#undoRemove.add(id);
      this.#undoPut.delete(id);
    }
    for (const record of undo?.put ?? []) this.#undoPut.set(record.id, record);
  }

  /** Everything, to be written now; `written` or `failed` follows. */
  begin(): Changes {
    const changes = this.#take();
    this.#writing = changes;
    return changes;
  }

  written(): void {
    this.#writing = null;
  }

  /** Keeps what could not be written before what was added meanwhile. */
  failed(): void {
    const writing = this.#writing;
    if (writing === null) return;
    const meanwhile = this.#take();
    this.#writing = null;
    this.add(writing);
    this.add(meanwhile);
  }

  #take(): Changes {
    const changes = {
      commands: this.#commands,
      invalid: [...this.#invalid.values()],
      mended: [...this.#mended.values()],
      retried: [...this.#retried],
      undo: { put: [...this.#undoPut.values()], remove: [...this.#undoRemove] },
    };
    this.#commands = [];
    this.#invalid.clear();
    this.#mended.clear();
    this.#retried.clear();
    this.#undoPut.clear();
    this.#undoRemove.clear();
    return changes;
  }
}
