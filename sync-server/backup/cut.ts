// Takes a database back to a point of its log. Owns which rows stand on entries that go; must not write to the log.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { decodePayload, type EntryKind, parseLeaf, parsePart0 } from '@countersign/shared/history';
import { LogState } from './logState.ts';

/** What a restore to a point undid or has to say again, in log order. */
export interface Removed {
  readonly entries: number;
  /** Revocations and removals of roles that the restored workspace no longer knows: an admin decides about each. */
  readonly revocations: readonly string[];
  /** Erasures stay done: their leaves are written again. */
  readonly erasures: readonly { readonly index: string; readonly payHash: string; readonly reason: string }[];
  /** Fact files that stay in the fact store: their leaves are written again. */
  readonly facts: readonly unknown[];
}

/** Secrets of sign-ins that were ended since would come back to life. */
const SIGN_IN_TABLES = ['sessions', 'sign_ins', 'tickets', 'codes'] as const;

/** [OPS-5] Removes every entry from index `size` on and everything that stands on one. Runs in one transaction. */
export function cutDatabase(db: DatabaseSync, size: number): Removed {
  db.exec('BEGIN IMMEDIATE');
  try {
    const removed = readRemoved(db, size);
    const state = stateAt(db, size);
    db.prepare('DELETE FROM log WHERE idx >= ?').run(size);
    db.prepare('DELETE FROM checkpoint WHERE size > ?').run(size);
    for (const table of SIGN_IN_TABLES) if (hasTable(db, table)) db.exec(`DELETE FROM ${table}`);
    cutPeople(db, state);
    cutVersions(db, state, size);
    cutAnswers(db, size);
    // Cosignatures are of the old generation; the witnesses are asked anew.
    db.exec("DELETE FROM meta WHERE key = 'witnessed'");
    db.exec('COMMIT');
    return removed;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;

const bytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));

/** The state that follows from the first `size` entries. */
export function stateAt(db: DatabaseSync, size: number): LogState {
  const state = new LogState();
  const rows = db.prepare('SELECT idx, leaf, payload FROM log WHERE idx < ? ORDER BY idx').iterate(size);
  for (const { idx, leaf, payload } of rows) {
    state.apply(Number(idx), parseLeaf(bytes(leaf)), payload === null ? null : bytes(payload));
  }
  return state;
}

function readRemoved(db: DatabaseSync, size: number): Removed {
  const part0 = <K extends EntryKind>(kind: K): ReturnType<typeof parsePart0<K>>[] =>
    db
      .prepare('SELECT payload FROM log WHERE idx >= ? AND kind = ? AND payload IS NOT NULL ORDER BY idx')
      .all(size, kind)
      .map(({ payload }) => parsePart0(kind, decodePayload(bytes(payload))[0]));
  const revocations = [
    ...part0('role')
      .filter(({ action }) => action === 'revoke')
      .map(({ userId, role }) => `${userId} lost the role ${role}`),
    ...part0('key')
      .filter(({ action }) => action === 'revoke')
      .map(({ userId, deviceId }) => `device ${deviceId} of ${userId} was revoked`),
    ...part0('park').map(({ deviceId, reason }) => `device ${deviceId} was frozen: ${reason}`),
  ];
  const entries = Number(db.prepare('SELECT count(*) AS n FROM log WHERE idx >= ?').get(size)?.n ?? 0);
  const erasures = part0('erase').filter(({ index }) => Number(index) < size);
  return { entries, revocations, erasures, facts: part0('facts') };
}

function cutPeople(db: DatabaseSync, state: LogState): void {
  for (const { id } of db.prepare('SELECT id FROM users').all()) {
    const roles = [...(state.roles.get(String(id)) ?? [])].join(',');
    db.prepare('UPDATE users SET roles = ? WHERE id = ?').run(roles, String(id));
  }
  for (const row of db.prepare('SELECT id, command_epoch FROM devices').all()) {
    const id = String(row.id);
    const device = state.devices.get(id);
    if (device === undefined) {
      db.prepare('DELETE FROM devices WHERE id = ?').run(id);
      continue;
    }
    // [OPS-6] A chain that goes on would give one number to two entries, which is what a cheating device does.
    const epoch = `c${Number(String(row.command_epoch).slice(1)) + 1}`;
    db.prepare('UPDATE devices SET revoked_at = ?, frozen_at = ?, command_epoch = ? WHERE id = ?').run(
      device.revokedAt,
      device.frozenAt,
      epoch,
      id,
    );
  }
}

function cutVersions(db: DatabaseSync, state: LogState, size: number): void {
  for (const row of db.prepare('SELECT id, state FROM versions').all()) {
    const id = String(row.id);
    const version = state.versions.get(id);
    if (version === undefined) {
      db.prepare('DELETE FROM versions WHERE id = ?').run(id);
      continue;
    }
    const now = String(row.state);
    const [only, ...more] = version.states;
    const later = nextStep(db, id, size);
    // Of two possible states the entry that came next tells: another approval was still needed, or it was not.
    const known =
      more.length === 0
        ? only
        : later === null
          ? version.states.find((one) => one === now)
          : later === 'approve'
            ? 'IN_REVIEW'
            : 'APPROVED';
    const set: SQLInputValue[] = [known ?? only ?? now, version.contentHash, version.changedAt, id];
    if (known !== now || later !== null)
      db.prepare('UPDATE versions SET state = ?, content_hash = ?, changed_at = ? WHERE id = ?').run(...set);
  }
  db.exec('DELETE FROM contracts WHERE id NOT IN (SELECT contract_id FROM versions)');
}

/** Kind of the first lifecycle entry of a version from `size` on. */
function nextStep(db: DatabaseSync, versionId: string, size: number): string | null {
  const row = db
    .prepare(
      "SELECT kind FROM log WHERE doc = ? AND idx >= ? AND kind IN ('submit','requestChanges','withdraw','approve','execute','terminate') ORDER BY idx LIMIT 1",
    )
    .get(versionId, size);
  return row === undefined ? null : String(row.kind);
}

/** An answer that names an entry that is gone must not be given again. */
function cutAnswers(db: DatabaseSync, size: number): void {
  for (const { scope, key, answer } of db.prepare('SELECT scope, key, answer FROM idempotency').all()) {
    const said: unknown = JSON.parse(String(answer));
    const index = typeof said === 'object' && said !== null && 'index' in said ? Number(said.index) : -1;
    if (index >= size)
      db.prepare('DELETE FROM idempotency WHERE scope = ? AND key = ?').run(String(scope), String(key));
  }
}
