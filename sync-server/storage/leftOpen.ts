// Databases that must never be closed: the disk did not take a flush of their log. Closing one, as an orderly end of the process does too,
// copies the log into the file, and what SQLite sees of the log is then not what the disk holds: the file would become a part of each.
// Owns keeping them open; whoever ends the process asks for it.
import type { DatabaseSync } from 'node:sqlite';

const left = new Set<DatabaseSync>();

/** [STO-34] Keeps a database open, and from the garbage collector, until the process ends. */
export function leaveOpen(db: DatabaseSync): void {
  left.add(db);
}

/** [STO-34] Whether this process must end at once (`process.exit`): running out of work would close them. */
export const mustEndAtOnce = (): boolean => left.size > 0;
