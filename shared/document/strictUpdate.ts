// Reads the only form of update a person's device may send: values set in root maps. Owns a bounded decoder of that subset of
// Yjs V1; everything else (types, text, formats, garbage, skips, sub-documents) is not even representable here.
import * as decoding from 'lib0/decoding';

export interface StructId {
  readonly client: number;
  readonly clock: number;
}

/** One value set in a map: either the first for its key (`root`, `key`) or after an item that names both (`origin`). */
export interface SetStruct {
  readonly clock: number;
  readonly origin: StructId | null;
  readonly root: string | null;
  readonly key: string | null;
  readonly value: string | number | null;
}

export interface StrictUpdate {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly SetStruct[];
  /** Single deleted ids, ascending inside a client. */
  readonly deletes: readonly StructId[];
}

/** The bytes are not such an update. The message is for logs and tests. */
export class UpdateFormatError extends Error {
  override readonly name = 'UpdateFormatError';
}

const HAS_ORIGIN = 0b1000_0000;
const HAS_RIGHT_ORIGIN = 0b0100_0000;
const HAS_KEY = 0b0010_0000;
const KIND = 0b0001_1111;
const ANY_CONTENT = 8;
const ANY = { null: 126, integer: 125, text: 119 } as const;

function refuse(what: string): never {
  throw new UpdateFormatError(what);
}

/**
 * [DOC-10] Decodes an update strictly: one client, no more structs than `mostStructs`, no byte left over.
 * Work and memory are linear in the bytes: every count is checked against a limit before anything is made of it.
 * @throws UpdateFormatError
 */
export function readStrictUpdate(bytes: Uint8Array, mostStructs: number): StrictUpdate {
  try {
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readVarUint(decoder) !== 1) refuse('not exactly one client');
    const count = decoding.readVarUint(decoder);
    if (count < 1 || count > mostStructs) refuse('not as many structs as commands');
    const client = decoding.readVarUint(decoder);
    const start = decoding.readVarUint(decoder);
    const structs: SetStruct[] = [];
    for (let i = 0; i < count; i += 1) structs.push(readStruct(decoder, start + i));
    const deletes = readDeletes(decoder, count);
    if (decoding.hasContent(decoder)) refuse('bytes left over');
    return { client, clock: start, structs, deletes };
  } catch (error) {
    if (error instanceof UpdateFormatError) throw error;
    throw new UpdateFormatError('the update ends early or holds what is not text', { cause: error });
  }
}

function readStruct(decoder: decoding.Decoder, clock: number): SetStruct {
  const info = decoding.readUint8(decoder);
  if ((info & KIND) !== ANY_CONTENT) refuse('a struct that is not a plain value');
  if ((info & HAS_RIGHT_ORIGIN) !== 0) refuse('a value set before another');
  if ((info & HAS_KEY) === 0) refuse('a value without a key');
  let origin: StructId | null = null;
  let root: string | null = null;
  let key: string | null = null;
  if ((info & HAS_ORIGIN) !== 0) {
    origin = { client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder) };
  } else {
    if (decoding.readVarUint(decoder) !== 1) refuse('a value inside another value');
    root = decoding.readVarString(decoder);
    key = decoding.readVarString(decoder);
  }
  if (decoding.readVarUint(decoder) !== 1) refuse('several values in one struct');
  return { clock, origin, root, key, value: readValue(decoder) };
}

function readValue(decoder: decoding.Decoder): string | number | null {
  switch (decoding.readUint8(decoder)) {
    case ANY.null:
      return null;
    case ANY.text:
      return decoding.readVarString(decoder);
    case ANY.integer:
      return decoding.readVarInt(decoder);
    default:
      return refuse('a value that is neither text, blank nor a flag');
  }
}

/** At most one deleted id a struct: the value it replaces. */
function readDeletes(decoder: decoding.Decoder, most: number): StructId[] {
  const deletes: StructId[] = [];
  const clients = decoding.readVarUint(decoder);
  if (clients > most) refuse('more deletions than values');
  for (let i = 0; i < clients; i += 1) {
    const client = decoding.readVarUint(decoder);
    const ranges = decoding.readVarUint(decoder);
    if (ranges > most) refuse('more deletions than values');
    for (let j = 0; j < ranges; j += 1) {
      const clock = decoding.readVarUint(decoder);
      const length = decoding.readVarUint(decoder);
      if (length < 1 || deletes.length + length > most) refuse('more deletions than values');
      for (let k = 0; k < length; k += 1) deletes.push({ client, clock: clock + k });
    }
  }
  return deletes;
}
