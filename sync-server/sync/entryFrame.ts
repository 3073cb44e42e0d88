// A stored entry as it is sent. Owns that it is encoded once, however many people read the version.
import { encodeFrame } from '@countersign/shared/protocol';
import type { LogRow } from '../storage/index.ts';

/** Frames of entries just stored: everybody in the version is sent the same bytes. */
const FRAMES = new WeakMap<LogRow, Uint8Array>();

/** The `entry` message of a row. */
export function entryFrame(row: LogRow): Uint8Array {
  const known = FRAMES.get(row);
  if (known !== undefined) return known;
  // An erased payload travels as an empty part: the leaf still counts in the order.
  const bytes = encodeFrame('entry', { index: String(row.index) }, [row.leaf, row.payload ?? new Uint8Array(0)]);
  FRAMES.set(row, bytes);
  return bytes;
}
