// The container of a backup: a plain ustar file, so that any tar shows what is in it. Owns the bytes of the container; must not know
// what the files mean.
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const BLOCK = 512;
const SIZE_AT = 124;
const SIZE_LENGTH = 12;
const CHECKSUM_AT = 148;
/** Above this a size does not fit into eleven octal digits and is written in binary, as GNU tar does. */
const MOST_OCTAL = 8 ** 11;
const BINARY_FLAG = 0x80;

/** One file to put in: its bytes, or the path of a file that does not change meanwhile. */
export interface Member {
  readonly name: string;
  readonly content: Uint8Array | { readonly file: string };
}

/** One file found in an archive. */
export interface FoundMember {
  readonly name: string;
  readonly size: number;
  /** Where its bytes begin in the archive. */
  readonly offset: number;
}

/** The archive is cut off or was changed. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new ArchiveError(`the name ${name} is too long for an archive`);
  bytes.write(name, 0);
  bytes.write('0000600\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  if (size < MOST_OCTAL) bytes.write(`${size.toString(8).padStart(11, '0')}\0`, SIZE_AT);
  else {
    bytes.writeUInt8(BINARY_FLAG, SIZE_AT);
    bytes.writeBigUInt64BE(BigInt(size), SIZE_AT + SIZE_LENGTH - 8);
  }
  bytes.write('00000000000\0', 136);
  bytes.write('        ', CHECKSUM_AT);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT);
  return bytes;
}

const checksum = (block: Uint8Array): number => block.reduce((sum, byte) => sum + byte, 0);

/** The archive's bytes, in the order of `members`. */
export async function* archiveOf(members: readonly Member[]): AsyncGenerator<Uint8Array> {
  for (const { name, content } of members) {
    const size = content instanceof Uint8Array ? content.length : statSync(content.file).size;
    yield header(name, size);
    let written = 0;
    const chunks = content instanceof Uint8Array ? [content] : createReadStream(content.file);
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new ArchiveError(`${name} changed while it was being read`);
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** Lists an archive. @throws ArchiveError when it is cut off or not one. */
export async function readArchive(file: string): Promise<FoundMember[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const found: FoundMember[] = [];
    for (let at = 0; ; ) {
      const member = await memberAt(handle, at, size);
      if (member === null) return found;
      found.push(member);
      at = member.offset + Math.ceil(member.size / BLOCK) * BLOCK;
    }
  } finally {
    await handle.close();
  }
}

async function memberAt(handle: FileHandle, at: number, total: number): Promise<FoundMember | null> {
  const block = Buffer.alloc(BLOCK);
  const { bytesRead } = await handle.read(block, 0, BLOCK, at);
  if (bytesRead < BLOCK) throw new ArchiveError('the backup ends in the middle');
  if (block.every((byte) => byte === 0)) return null;
  const stated = Number.parseInt(block.toString('latin1', CHECKSUM_AT, CHECKSUM_AT + 6), 8);
  block.write('        ', CHECKSUM_AT);
  if (stated !== checksum(block)) throw new ArchiveError('the backup is not an archive, or was changed');
  const end = block.indexOf(0);
  const name = block.toString('utf8', 0, Math.min(end < 0 ? 100 : end, 100));
  const size =
    block.readUInt8(SIZE_AT) === BINARY_FLAG
      ? Number(block.readBigUInt64BE(SIZE_AT + SIZE_LENGTH - 8))
      : Number.parseInt(block.toString('latin1', SIZE_AT, SIZE_AT + 11), 8);
  if (!Number.isSafeInteger(size) || at + BLOCK + size > total) throw new ArchiveError('the backup ends in the middle');
  return { name, size, offset: at + BLOCK };
}

/** Writes one member's bytes into a new file. */
export async function extract(archive: string, { offset, size }: FoundMember, to: string): Promise<void> {
  const target = createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true });
  if (size === 0) {
    await new Promise<void>((done) => target.end(done));
    return;
  }
  await pipeline(createReadStream(archive, { start: offset, end: offset + size - 1 }), target);
}
