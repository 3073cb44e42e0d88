// The bytes of RFC 6455 as a client sends and reads them, so that the real server's socket library is at the other end. Owns framing only.

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface WireFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** One whole frame of a client, masked with zeros: the mask keeps caches honest, and there is none here. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const length = payload.length;
  const head = length < 126 ? Buffer.alloc(6) : length < 65_536 ? Buffer.alloc(8) : Buffer.alloc(14);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = 0x80 | length;
  else if (length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** Splits the bytes a server sends into its answer to the upgrade and whole frames. */
export class ServerBytes {
  #buffer: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
  }

  /** Status of the HTTP answer; null while it is not all there. */
  status(): number | null {
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.#buffer.toString('latin1', 0, end))?.[1];
    this.#buffer = this.#buffer.subarray(end + 4);
    return Number(status ?? '0');
  }

  /** The next whole frame; null when there is none yet. */
  frame(): WireFrame | null {
    const buffer = this.#buffer;
    if (buffer.length < 2) return null;
    const short = (buffer[1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (buffer.length < head) return null;
    const length = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    if (buffer.length < head + length) return null;
    this.#buffer = buffer.subarray(head + length);
    return { opcode: (buffer[0] ?? 0) & 0x0f, payload: buffer.subarray(head, head + length) };
  }
}
