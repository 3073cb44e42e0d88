// One frame of the sync socket: varuint type, JSON header, byte parts. Owns the encoding; refuses what does not fit exactly.
import * as decoding from 'lib0/decoding';
import { type Header, headerSchemas, MESSAGE, type MessageName } from './messages.ts';

export type Frame = { [N in MessageName]: { name: N; header: Header<N>; parts: Uint8Array[] } }[MessageName];

/** A frame that is not one of ours, or not exactly one. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const NAME_OF = new Map<number, MessageName>(
  Object.entries(MESSAGE).map(([name, type]) => [type, name as MessageName]),
);
/** Bytes a frame carries: leaf and payload, or entry, signature and payload. */
const MOST_PARTS = 3;

const encoder = new TextEncoder();

/** Bytes of a number in base 128, lowest digits first, as y-protocols write it. */
function varUint(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  while (rest >= 128) {
    digits.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  digits.push(rest);
  return digits;
}

/** Bytes of one message. Put into one array of its size: every entry is written so for everybody who reads the version. */
export function encodeFrame<N extends MessageName>(
  name: N,
  header: Header<N>,
  parts: readonly Uint8Array[] = [],
): Uint8Array {
  const text = encoder.encode(JSON.stringify(header));
  const pieces: (readonly number[] | Uint8Array)[] = [varUint(MESSAGE[name]), varUint(text.length), text];
  pieces.push(varUint(parts.length));
  for (const part of parts) pieces.push(varUint(part.length), part);
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The message type number, without reading further; -1 for an empty or broken frame. */
export function frameType(bytes: Uint8Array): number {
  try {
    return decoding.readVarUint(decoding.createDecoder(bytes));
  } catch {
    return -1;
  }
}

/**
 * Reads one of our messages. Byte parts are copies, safe to keep.
 * @throws FrameError when the type is unknown, the header does not fit its schema, or bytes are missing or left over.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  let name: MessageName | undefined;
  let header: unknown;
  const parts: Uint8Array[] = [];
  try {
    const decoder = decoding.createDecoder(bytes);
    name = NAME_OF.get(decoding.readVarUint(decoder));
    if (name === undefined) throw new FrameError('unknown message type');
    header = JSON.parse(decoding.readVarString(decoder));
    const count = decoding.readVarUint(decoder);
    if (count > MOST_PARTS) throw new FrameError('too many parts');
    for (let i = 0; i < count; i += 1) parts.push(decoding.readVarUint8Array(decoder).slice());
    if (decoding.hasContent(decoder)) throw new FrameError('bytes left over');
  } catch (error) {
    if (error instanceof FrameError) throw error;
    throw new FrameError('the frame ends early or is not a message', { cause: error });
  }
  const checked = headerSchemas[name].safeParse(header);
  if (!checked.success)
    throw new FrameError(`the header of ${name} does not fit: ${checked.error.issues[0]?.message ?? ''}`);
  return { name, header: checked.data, parts } as Frame;
}
