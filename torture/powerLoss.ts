// Power lost around the flush of a commit, on a disk that writes in any order. Owns the model of that disk; SQLite, its log and its recovery
// are the real ones. What was flushed is there, what was not is there in any part: any of its sectors, old or new, and torn.
//
// Two orders are SQLite's to keep and are taken as kept: it flushes its log before it copies it into the file, and the head of a log that
// begins anew before what follows.
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../sim/random.ts';
import { openSqlite } from '../sync-server/storage/index.ts';
import { type PartOutcome, withProgress } from './part.ts';

const SECTOR = 512;
const WAL_HEAD = 32;
const MOST_SMALL = 4000;
const MOST_LARGE = 700_000;
/** Large commits make SQLite's log begin anew every fifty commits or so. */
const LARGE = 0.25;

export interface PowerFigures {
  losses: number;
  /** Times that SQLite copied its log into the file between two flushes. */
  copied: number;
  /** Commits that were in part or not at all there although they were acknowledged. */
  lost: number;
  torn: number;
  readonly problems: string[];
}

interface Files {
  readonly db: Buffer;
  readonly wal: Buffer;
}

/** What may be on disk when only some sectors of what changed were written. */
function partly(before: Buffer, after: Buffer, random: Random): Buffer {
  const how = random.pick(['none', 'all', 'torn', 'sectors', 'allButOne', 'lastFirst']) ?? 'sectors';
  if (how === 'none') return before;
  if (how === 'all') return after;
  const result = Buffer.alloc(Math.max(before.length, after.length));
  before.copy(result);
  const cut = random.int(0, after.length + 1);
  if (how === 'torn') {
    after.copy(result, 0, 0, cut);
    return result.subarray(0, Math.max(cut, Math.min(before.length, result.length)));
  }
  const sectors = Math.ceil(after.length / SECTOR);
  const without = random.int(0, sectors);
  for (let i = 0; i < sectors; i += 1) {
    const isThere = how === 'sectors' ? random.chance(0.5) : how === 'allButOne' ? i !== without : i * SECTOR >= cut;
    if (isThere) after.copy(result, i * SECTOR, i * SECTOR, Math.min(after.length, (i + 1) * SECTOR));
  }
  return result;
}

/** [STO-33] Makes commits until power was lost `wanted` times; every loss is looked at on a copy, and the database goes on. */
export async function losePower(
  folder: string,
  random: Random,
  wanted: number,
  figures: PowerFigures,
  isFlushed = true,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'power.db');
  // Kept open: closing a handle of a file gives up all locks of this process on it.
  const handles: number[] = [];
  const look = (): Files => {
    if (handles.length === 0) handles.push(openSync(file, 'r'), openSync(`${file}-wal`, 'r'));
    const [db, wal] = handles.map(wholeOf);
    if (db === undefined || wal === undefined) throw new Error('the files are open');
    return { db, wal };
  };
  let durable: Files | null = null;
  let acknowledged = 0;
  let begun = 0;
  const storage = await openSqlite(file, [], async () => {
    const now = look();
    // Of the making of the tables every part is on disk: they are made once and not under load.
    if (durable !== null && begun > 0) {
      figures.losses += 1;
      if (!now.db.equals(durable.db)) figures.copied += 1;
      await recover(join(folder, 'lost'), loseAt(durable, now, random), acknowledged, begun, random, figures);
    }
    if (isFlushed || durable === null || begun === 0) durable = now;
  });
  try {
    while (figures.losses < wanted && figures.problems.length === 0) {
      begun += 1;
      const size = random.int(1, random.chance(LARGE) ? MOST_LARGE : MOST_SMALL);
      const value = `${begun} `.padEnd(size, String(begun % 10));
      const number = begun;
      await storage.transaction(async (store) => {
        await store.setMeta(`a${number}`, value);
        await store.setMeta(`b${number % 7}`, String(number));
      });
      acknowledged = number;
    }
  } finally {
    await storage.close();
    for (const handle of handles) closeSync(handle);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is left of the files when the power goes before a flush has ended. */
function loseAt(durable: Files, now: Files, random: Random): Files {
  const isCopied = !now.db.equals(durable.db);
  // Whoever finds the file changed finds the whole log: it was flushed first.
  if (isCopied && random.chance(0.5)) return { db: partly(durable.db, now.db, random), wal: now.wal };
  const head = now.wal.subarray(0, WAL_HEAD);
  if (head.equals(durable.wal.subarray(0, WAL_HEAD)) || durable.wal.length === 0)
    return { db: durable.db, wal: partly(durable.wal, now.wal, random) };
  if (random.chance(0.2)) return durable;
  const wal = Buffer.from(partly(durable.wal, now.wal, random));
  head.copy(wal);
  return { db: durable.db, wal };
}

/** Opens what is left as the server would, twice: the second time the power was lost while the first recovered. */
async function recover(
  folder: string,
  left: Files,
  acknowledged: number,
  begun: number,
  random: Random,
  figures: PowerFigures,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'power.db');
  try {
    await judge(file, left, acknowledged, begun, figures);
    const mended = readFileSync(file);
    await judge(file, { db: partly(left.db, mended, random), wal: left.wal }, acknowledged, begun, figures);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(
  file: string,
  left: Files,
  acknowledged: number,
  begun: number,
  figures: PowerFigures,
): Promise<void> {
  writeFileSync(file, left.db);
  writeFileSync(`${file}-wal`, left.wal);
  const storage = await openSqlite(file);
  try {
    for (let number = Math.max(1, acknowledged - 40); number <= begun; number += 1) {
      const isThere = (await storage.meta(`a${number}`))?.startsWith(`${number} `) === true;
      const isWhole = Number((await storage.meta(`b${number % 7}`)) ?? 0) >= number;
      if (isThere !== isWhole && number > begun - 7) {
        figures.torn += 1;
        figures.problems.push(`commit ${number} is there in part`);
      }
      if (number <= acknowledged && !isThere) {
        figures.lost += 1;
        figures.problems.push(`commit ${number} was acknowledged and is lost`);
      }
    }
  } finally {
    await storage.close();
  }
}

function wholeOf(handle: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(handle).size);
  readSync(handle, bytes, 0, bytes.length, 0);
  return bytes;
}

/** The part of `npm run torture`; nothing is run for no losses. */
export async function powerPart(folder: string, wanted: number, random: Random): Promise<PartOutcome> {
  const figures: PowerFigures = { losses: 0, copied: 0, lost: 0, torn: 0, problems: [] };
  if (wanted > 0)
    await withProgress(() => `${figures.losses} of ${wanted} power losses`, losePower(folder, random, wanted, figures));
  const { losses, copied, lost, torn, problems } = figures;
  return {
    line: `${losses} power losses, ${lost} lost, ${torn} torn`,
    note: [`power: each recovered twice; ${copied} while SQLite copied its log into the file.`],
    found: problems,
  };
}
