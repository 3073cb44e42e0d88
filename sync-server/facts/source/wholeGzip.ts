/**
 * That a packed file is there to its end. Owns this one check: DuckDB reads a gzip that was cut off as if it ended there, and a bill
 * on half a file would look like a bill on all of it.
 */
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@countersign/shared/money';

/** [FSRC-4] Unpacks the file into nothing, so that its length and checksum are compared. @param most bytes unpacked. @throws DomainError */
export async function requireWholeGzip(path: string, most = Number.POSITIVE_INFINITY): Promise<void> {
  let unpacked = 0;
  const tooLarge = new DomainError('TOO_LARGE', `The file unpacks to more than ${most} bytes.`, 'Split it by month.', {
    file: path,
  });
  const nowhere = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      unpacked += chunk.length;
      done(unpacked > most ? tooLarge : null);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip({ chunkSize: 262_144 }), nowhere);
  } catch (error) {
    if (error === tooLarge) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError('BAD_GZIP', `The file cannot be unpacked to its end: ${why}.`, 'Fetch it again.', {
      file: path,
    });
  }
}
