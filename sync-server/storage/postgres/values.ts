// What PostgreSQL's values are in this program. Owns two types that the driver gives otherwise: 64-bit whole numbers and bytes.
import pg from 'pg';

const { builtins } = pg.types;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database holds ${text}, which is no safe whole number.`);
  return value;
}

/** Plain bytes, as every other backend gives: a Buffer compares and serialises differently. */
function bytes(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new TypeError('The database sends bytes in another form than hex.');
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

/** The driver's type parsers with ours in place; the columns used are text, whole numbers and bytes. */
export const POSTGRES_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === builtins.INT8) return wholeNumber;
    if (format !== 'binary' && oid === builtins.BYTEA) return bytes;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};
