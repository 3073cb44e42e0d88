/**
 * A fact file as it came over HTTP: read through the one fact source, row by row, because a later file may replace any row. Owns the
 * file on disk while it is read, and what is listed of it. Must not guess a value: a row that does not fit is rejected, the rest is kept.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@countersign/shared/money';
import { TABLE_LIMITS } from '../imports/table.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { FactStream } from './bringFacts.ts';
import type { FactBatch, RejectedFact } from './factStore.ts';
import { duckFactSource, type FactSource, type RejectedRows } from './source/index.ts';

/** What a file gives to a batch. */
export type ReadFacts = Pick<FactBatch, 'delivery' | 'touches' | 'actions' | 'rejected' | 'within'>;

/** One file at a time: the memory of two would be twice as much. */
const turns = new KeyedMutex();

/** One session reads at most this much; every rejected row is listed. Files of many metrics are kept together, so each says its own. */
const source = duckFactSource({
  memory: '1GB',
  unpacked: 1024 ** 3,
  threads: 1,
  rows: TABLE_LIMITS.rows,
  samples: TABLE_LIMITS.rows,
  metricOfHeading: true,
});

/**
 * [FSRC-12] Reads a file whole or not at all. `name` is what the file is called in refusals.
 * @throws DomainError when it cannot be read as facts of this stream
 */
export function readFactFile(stream: FactStream, bytes: Uint8Array, name: string): Promise<ReadFacts> {
  return turns.run('', () => readNow(stream, bytes, name));
}

async function readNow(stream: FactStream, bytes: Uint8Array, name: string): Promise<ReadFacts> {
  // The session may open this one file and nothing else (FSRC-2), so it has a folder of its own, readable by the server only.
  const folder = await mkdtemp(join(tmpdir(), 'countersign-facts-'));
  // A plain name, whatever the file was called: the refusal says the given one.
  const path = join(folder, 'facts');
  try {
    await writeFile(path, bytes, { mode: 0o600 });
    return await read(source, stream, path);
  } catch (error) {
    throw named(error, path, name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(from: FactSource, stream: FactStream, path: string): Promise<ReadFacts> {
  if (stream === 'delivery') {
    const { delivery, places, rejected, replaced, same } = await from.delivery(path);
    // Rows that contradict each other are handed over: the store keeps the first and says so of the others.
    const unfit = rejected.filter(({ code }) => code !== 'CONFLICT');
    return { delivery: placed(delivery, places), rejected: listed(unfit), within: { replaced, same } };
  }
  const { facts, places, rejected, same } = stream === 'touches' ? await from.touches(path) : await from.actions(path);
  const rest = { rejected: listed(rejected), within: { replaced: 0, same } };
  return { ...rest, [stream]: placed<unknown>(facts, places) };
}

function placed<T>(facts: readonly T[], places: readonly number[]): (readonly [row: number, fact: T])[] {
  return facts.map((fact, i) => [places[i] ?? 0, fact] as const);
}

/** Every rejected row with its reason, in the order of the file. */
function listed(rejected: readonly RejectedRows[]): RejectedFact[] {
  return rejected
    .flatMap(({ column, what, cure, samples }) =>
      samples.map(({ row }) => ({ row, reason: `${column === '' ? '' : `${column}: `}${what} ${cure}` })),
    )
    .toSorted((a, b) => a.row - b.row);
}

/** A refusal without the name that the file has on this server. */
function named(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof DomainError)) return error;
  const what = error.what.replaceAll(path, name);
  return new DomainError(error.code, what, error.cure, { ...error.place, file: name });
}
