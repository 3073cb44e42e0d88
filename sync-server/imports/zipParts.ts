/**
 * The parts of a zip archive, and an archive of them. Owns that nothing but a sound archive is read: a library that streams a broken one may
 * wait for its end for ever.
 */
import { crc32, inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const MOST_COMMENT = 0xffff;

/** Not a sound archive; the message says why. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
  /** Whether it is only too large. */
  readonly tooLarge: boolean;
  constructor(text: string, tooLarge = false) {
    super(text);
    this.tooLarge = tooLarge;
  }
}

/** Every part by its name. @param most bytes of all parts together. @throws ZipError */
export function zipParts(bytes: Uint8Array, most: number): Map<string, Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return read(view, most);
  } catch (error) {
    if (error instanceof ZipError) throw error;
    // Reading outside of the bytes, and data that does not unpack.
    if (!(error instanceof Error)) throw error;
    throw new ZipError(error.message);
  }
}

function read(view: Buffer, most: number): Map<string, Uint8Array> {
  const end = endOf(view);
  const count = view.readUInt16LE(end + 10);
  let at = view.readUInt32LE(end + 16);
  let left = most;
  const parts = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i += 1) {
    if (view.readUInt32LE(at) !== ENTRY) throw new ZipError('the directory does not list what it says');
    const nameLength = view.readUInt16LE(at + 28);
    const name = view.toString('utf8', at + 46, at + 46 + nameLength);
    const length = view.readUInt32LE(at + 24);
    left -= length;
    if (left < 0) throw new ZipError('the parts are too large together', true);
    if (parts.has(name)) throw new ZipError(`${name} is there twice`);
    parts.set(name, partOf(view, at, length));
    at += 46 + nameLength + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
  }
  return parts;
}

function endOf(view: Buffer): number {
  const end = placeOfEnd(view);
  if (end === null) throw new ZipError('the end of the archive is missing');
  return end;
}

function placeOfEnd(view: Buffer): number | null {
  const lowest = Math.max(0, view.length - END_LENGTH - MOST_COMMENT);
  for (let at = view.length - END_LENGTH; at >= lowest; at -= 1) if (view.readUInt32LE(at) === END) return at;
  return null;
}

/** Whether the archive ends as one does; without it the file was cut off. */
export function hasZipEnd(bytes: Uint8Array): boolean {
  return placeOfEnd(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) !== null;
}

function partOf(view: Buffer, at: number, length: number): Uint8Array {
  const [flags, method] = [view.readUInt16LE(at + 8), view.readUInt16LE(at + 10)];
  const packed = view.readUInt32LE(at + 20);
  const local = view.readUInt32LE(at + 42);
  if ((flags & ENCRYPTED) !== 0) throw new ZipError('a part is encrypted');
  if (view.readUInt32LE(local) !== LOCAL) throw new ZipError('a part is not where the directory says');
  const start = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
  if (start + packed > view.length) throw new ZipError('a part is cut off');
  const data = view.subarray(start, start + packed);
  if (method !== STORED && method !== DEFLATED) throw new ZipError(`a part is packed by method ${method}`);
  const part = method === STORED ? data : inflateRawSync(data, { maxOutputLength: Math.max(1, length) });
  if (part.length !== length || crc32(part) !== view.readUInt32LE(at + 16)) throw new ZipError('a part is damaged');
  return part;
}

/** An archive of parts, nothing packed, in the plainest form there is. */
export function plainZip(parts: ReadonlyMap<string, Uint8Array>): Buffer {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of parts) {
    const title = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(bytes.length, 14);
    about.writeUInt32LE(bytes.length, 18);
    about.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), about, place, title);
    files.push(Buffer.from('504b0304', 'hex'), about, title, bytes);
    at += 30 + title.length + bytes.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(END_LENGTH);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(parts.size, 8);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, listed, end]);
}
