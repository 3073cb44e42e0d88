// What a person did that is not on disk yet: a write is on its way, or failed. Owns merging it, so that the next write keeps all of it.
import type { InvalidRecord, QueuedCommand } from '../storage/index.ts';
import type { InvalidKey } from './draftStore.ts';

/** Key of a cell's invalid value. */
export function invalidKey({ sheet, rowId, field }: InvalidKey): string {
  return `${sheet}/${rowId}/${field}`;
}

/** One write. */
export interface Changes {
  readonly commands: readonly QueuedCommand[];
  readonly invalid: readonly InvalidRecord[];
  /** Cells whose invalid value is gone. */
  readonly mended: readonly InvalidKey[];
  /** Items of Needs attention whose command was made again. */
  readonly retried: readonly string[];
}

export class UnsavedChanges {
  #commands: QueuedCommand[] = [];
  readonly #invalid = new Map<string, InvalidRecord>();
  readonly #mended = new Map<string, InvalidKey>();
  readonly #retried = new Set<string>();
  /** What a write has begun to keep; it counts as unsaved until the write is done. */
  #writing: Changes | null = null;

  get commands(): readonly QueuedCommand[] {
    return [...(this.#writing?.commands ?? []), ...this.#commands];
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

  add(
    commands: readonly QueuedCommand[],
    invalid: readonly InvalidRecord[],
    mended: readonly InvalidKey[],
    retried: readonly string[],
  ): void {
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
    this.add(writing.commands, writing.invalid, writing.mended, writing.retried);
    this.add(meanwhile.commands, meanwhile.invalid, meanwhile.mended, meanwhile.retried);
  }

  #take(): Changes {
    const changes = {
      commands: this.#commands,
      invalid: [...this.#invalid.values()],
      mended: [...this.#mended.values()],
      retried: [...this.#retried],
    };
    this.#commands = [];
    this.#invalid.clear();
    this.#mended.clear();
    this.#retried.clear();
    return changes;
  }
}
