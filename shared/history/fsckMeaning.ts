/**
 * Owns what an entry of a stored log may claim beside being well formed and signed: what only the server or an admin may sign, and what a
 * restore or a parked entry says of the log itself.
 */
import { sha256 } from '../model/sha256.ts';
import { toHex } from './bytes.ts';
import { CheckpointError, parseCheckpoint } from './checkpoint.ts';
import type { EntryKind } from './entry.ts';
import { ENROLLING_ROLES } from './keyring.ts';
import type { Leaf } from './leaf.ts';
import { NoteError, parseNote } from './note.ts';
import { parsePart0 } from './payloads.ts';

/** Kinds that a `system` device signs: they are made on behalf of others, or of nobody. */
export const SYSTEM_KINDS: ReadonlySet<EntryKind> = new Set([
  'create',
  'import',
  'fold',
  'schema',
  'park',
  'restore',
  'facts',
  'logKey',
]);
/** Kinds that a `system` or `admin` device signs. */
const ADMIN_KINDS: ReadonlySet<EntryKind> = new Set(['role', 'erase']);

/** [HIST-35] Why a device of this role may not sign this kind; undefined when it may. */
export function signerFault(kind: EntryKind, role: string | undefined): string | undefined {
  if (SYSTEM_KINDS.has(kind) && role !== 'system') return `Only a system device signs entries of kind ${kind}.`;
  if (ADMIN_KINDS.has(kind) && (role === undefined || !ENROLLING_ROLES.has(role))) {
    return `Only a system or admin device signs entries of kind ${kind}.`;
  }
  return undefined;
}

/** What the log was before an entry. */
export interface LogBefore {
  /** Hex root of the first `size` leaves. */
  rootAt(size: number): string;
}

/** [HIST-54] [HIST-55] Everything that an entry claims and the log contradicts, in sentences. */
export function meaningFaults(index: number, leaf: Leaf, parts: readonly Uint8Array[], before: LogBefore): string[] {
  const { kind } = leaf.entry;
  const [part0, parked] = parts;
  const faults: string[] = [];
  if (kind === 'fold') {
    const { contentHashBefore, contentHashAfter } = parsePart0(kind, part0);
    if (contentHashBefore !== contentHashAfter) faults.push('The fold changes the content, which no fold may do.');
  }
  if (kind === 'restore') faults.push(...restoreFaults(index, part0, before));
  if (kind === 'park' && parked !== undefined && toHex(sha256(parked)) !== parsePart0(kind, part0).entryHash) {
    faults.push('The parked entry is not the one that its hash names.');
  }
  if (kind === 'erase') {
    const { index: erased } = parsePart0(kind, part0);
    if (Number(erased) >= index) faults.push('The entry erases one that comes after it.');
  }
  return faults;
}

/** A restored log goes on behind exactly the entries that were kept, and names the last that its clients may have seen. */
function restoreFaults(index: number, part0: Uint8Array | undefined, before: LogBefore): string[] {
  const { size, root, checkpoint } = parsePart0('restore', part0);
  if (Number(size) !== index)
    return [`The restore says that ${size} entries were kept, and it stands behind ${index}.`];
  if (before.rootAt(index) !== root) return ['The restore names another root than that of the entries before it.'];
  // A log that was backed up before its first checkpoint has none to name.
  if (checkpoint === '') return [];
  try {
    parseCheckpoint(parseNote(checkpoint).text);
    return [];
  } catch (cause) {
    if (cause instanceof NoteError || cause instanceof CheckpointError) return ['The restore names no checkpoint.'];
    throw cause;
  }
}
