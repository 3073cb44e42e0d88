// Bit rot: one bit of one stored value changed, and fsck asked what is wrong. Owns which values there are and what naming them means;
// what no leaf vouches for is counted apart.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Random } from '../sim/random.ts';
import { checkFolder } from '../sync-server/cli/fsck.ts';
import type { FolderReport } from '../sync-server/cli/fsckReport.ts';

/** A stored value: a column of a row, or a file. */
interface Place {
  /** Table or file. */
  readonly table: string;
  readonly row: number;
  readonly column: string;
  readonly bytes: number;
}

export interface BitFigures {
  flips: number;
  /** Flips that fsck did not name with the entry, table or file. */
  unnamed: number;
  readonly tables: Map<string, number>;
  readonly problems: string[];
}

export const noFlips = (): BitFigures => ({ flips: 0, unnamed: 0, tables: new Map(), problems: [] });

/** What the log or a signature vouches for. Names, titles and secrets' hashes stand in no leaf: fsck cannot know them. */
const VOUCHED: Readonly<Record<string, readonly string[]>> = {
  log: ['leaf', 'hash', 'doc', 'kind', 'actor', 'dev', 'epoch', 'seq', 'entry_hash', 'payload'],
  checkpoint: ['size', 'note'],
  users: ['id', 'roles'],
  devices: ['id', 'user_id', 'public_key', 'command_epoch', 'enrolled_at'],
  contracts: ['id', 'kind', 'number'],
  versions: ['id', 'contract_id', 'sequence', 'title', 'state', 'base_version_id', 'content_hash'],
  epochs: ['version_id', 'device_id', 'epoch', 'client_id'],
};
/** An epoch that nobody wrote in yet stands in no entry either. */
const USED = ' AND EXISTS (SELECT 1 FROM log WHERE doc = version_id AND dev = device_id AND log.epoch = epochs.epoch)';
const FILES = ['server.key', 'workspace.vkey'] as const;
/** How a finding names the entry or table of a place. */
const names = ({ table, row }: Place, { findings }: FolderReport): boolean =>
  findings.some((finding) => {
    if (table === 'log') return finding.index === row;
    return finding.code === 'table' && finding.table === table;
  });

/** Every value that is vouched for in a stopped folder. */
function placesOf(folder: string): Place[] {
  const places: Place[] = FILES.map((table) => ({
    table,
    row: 0,
    column: '',
    bytes: readFileSync(join(folder, table)).length,
  }));
  const db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true });
  try {
    for (const [table, columns] of Object.entries(VOUCHED)) {
      for (const column of columns) {
        // The log's own number is its place; elsewhere the rowid is.
        const key = table === 'log' ? 'idx' : 'rowid';
        for (const row of db
          .prepare(
            `SELECT ${key} AS row, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL${table === 'epochs' ? USED : ''}`,
          )
          .all()) {
          places.push({ table, row: Number(row.row), column, bytes: bytesOf(row.value).length });
        }
      }
    }
  } finally {
    db.close();
  }
  return places.filter(({ bytes }) => bytes > 0);
}

const bytesOf = (value: unknown): Buffer =>
  value instanceof Uint8Array
    ? Buffer.from(value)
    : Buffer.from(typeof value === 'number' ? numberBytes(value) : String(value));

/** A whole number as SQLite keeps it in four bytes or eight. */
function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes.subarray(4);
}

/** Flips bit `bit` of a place; gives what puts it back. */
function flip(folder: string, { table, row, column }: Place, bit: number): () => void {
  const change = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return copy;
  };
  if (column === '') {
    const file = join(folder, table);
    const whole = readFileSync(file);
    writeFileSync(file, change(whole));
    return () => writeFileSync(file, whole);
  }
  const key = table === 'log' ? 'idx' : 'rowid';
  // A checkpoint's size is its row's own number.
  let at = row;
  const write = (value: SQLInputValue): void => {
    const db = new DatabaseSync(join(folder, 'countersign.db'));
    try {
      // The disk asks no constraint before it loses a bit.
      db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
      const cast = typeof value === 'string' ? value : null;
      if (cast === null) db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(value, at);
      else
        db.prepare(`UPDATE ${table} SET ${column} = CAST(? AS TEXT) WHERE ${key} = ?`).run(
          Buffer.from(cast, 'latin1'),
          row,
        );
      if (column === 'size') at = Number(value);
    } finally {
      db.close();
    }
  };
  const before = read(folder, table, column, key, row);
  const changed = change(bytesOf(before));
  if (before instanceof Uint8Array) write(changed);
  else if (typeof before === 'number') write(changed.readUInt32BE());
  // Latin-1 carries any byte, also one that no UTF-8 has.
  else write(changed.toString('latin1'));
  return () => {
    if (before instanceof Uint8Array || typeof before === 'number') write(before);
    else write(Buffer.from(String(before)).toString('latin1'));
  };
}

function read(folder: string, table: string, column: string, key: string, row: number): SQLInputValue {
  const db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true });
  try {
    return db.prepare(`SELECT ${column} AS value FROM ${table} WHERE ${key} = ?`).get(row)?.value ?? null;
  } finally {
    db.close();
  }
}

async function tryFlip(folder: string, place: Place, bit: number, figures: BitFigures): Promise<void> {
  let back: () => void;
  try {
    back = flip(folder, place, bit);
  } catch (error) {
    // A key that exists already: the flip would have made two rows one, which the file's own structure does not allow.
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_CONSTRAINT) return;
    throw error;
  }
  figures.flips += 1;
  figures.tables.set(place.table, (figures.tables.get(place.table) ?? 0) + 1);
  const report = await checkFolder(folder);
  if (!names(place, report)) {
    figures.unnamed += 1;
    figures.problems.push(
      `bit ${bit} of ${place.table} ${place.row} ${place.column}: ${report.ok ? 'fsck found nothing' : JSON.stringify(report.findings.slice(0, 3))}`,
    );
  }
  back();
}

const SQLITE_CONSTRAINT = 19;

/**
 * [TORT-5] Flips bits of a stopped folder, one at a time, until `wanted` were tried: first one of every value, then anywhere; or with
 * `every` one bit of every byte there is.
 */
export async function flipBits(
  folder: string,
  random: Random,
  wanted: number,
  every: boolean,
  figures: BitFigures,
): Promise<void> {
  const sound = await checkFolder(folder);
  if (!sound.ok) throw new Error(`the folder is not sound to begin with: ${JSON.stringify(sound.findings)}`);
  const places = placesOf(folder);
  if (every) {
    for (const place of places) {
      for (let byte = 0; byte < place.bytes; byte += 1)
        await tryFlip(folder, place, byte * 8 + random.int(0, 8), figures);
    }
  }
  // Every value once, in any order, before any value twice.
  const order = places.map((place) => ({ place, at: random.next() })).toSorted((a, b) => a.at - b.at);
  for (let i = 0; figures.flips < wanted; i += 1) {
    const place = order[i]?.place ?? places[random.int(0, places.length)];
    if (place !== undefined) await tryFlip(folder, place, random.int(0, place.bytes * 8), figures);
  }
  const after = await checkFolder(folder);
  if (!after.ok) figures.problems.push('the folder is not as it was after every bit was put back');
  rmSync(join(folder, 'server.lock'), { force: true });
}
