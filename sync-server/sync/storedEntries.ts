// What one commit stored of a version, as it is sent. Owns that it is encoded and framed once, however many people read the version.
import { encodeFrame } from '@countersign/shared/protocol';
import { Sender } from 'ws';
import type { Placed } from '../history/index.ts';
import type { LogRow } from '../storage/index.ts';

// The package exports its framing as public, its types leave it out.
declare module 'ws' {
  const Sender: {
    /** A message as it goes over the wire: a header, then the bytes as they are. */
    frame(message: Uint8Array, how: { readonly fin: true; readonly opcode: number }): Uint8Array[];
  };
}

/** A whole binary message, never cut into several frames. */
const WHOLE = { fin: true, opcode: 2 } as const;

/** The `entry` message of a row. */
export function entryFrame(row: LogRow): Uint8Array {
  // An erased payload travels as an empty part: the leaf still counts in the order.
  return encodeFrame('entry', { index: String(row.index) }, [row.leaf, row.payload ?? new Uint8Array(0)]);
}

export class StoredEntries {
  /** In log order; at least one. */
  readonly placed: readonly Placed[];
  #all: Uint8Array | null = null;

  constructor(placed: readonly Placed[]) {
    this.placed = placed;
  }

  /** One more than the index of the last. */
  get end(): number {
    return (this.placed.at(-1)?.row.index ?? -1) + 1;
  }

  /** The `entry` messages from a log index on, framed for the wire: fifty readers of fifty entries are sent fifty buffers, not 2,500. */
  messagesFrom(index: number): Uint8Array {
    const first = this.placed[0];
    if (first === undefined || first.row.index < index)
      return framed(this.placed.filter(({ row }) => row.index >= index));
    this.#all ??= framed(this.placed);
    return this.#all;
  }
}

function framed(placed: readonly Placed[]): Uint8Array {
  return Buffer.concat(placed.flatMap(({ row }) => Sender.frame(entryFrame(row), WHOLE)));
}
