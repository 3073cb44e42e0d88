// Ids made on a client. Owns their form; the randomness is given, so that a simulation can repeat itself.

/** Fills with so many random bytes. */
export type Randomness = (length: number) => Uint8Array;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The platform's cryptographic randomness: `crypto.getRandomValues` exists in Node, browsers and workers alike. */
export const systemRandomness: Randomness = (length) => {
  const source = (globalThis as { crypto?: { getRandomValues(into: Uint8Array): Uint8Array } }).crypto;
  if (source === undefined) throw new Error('This platform has no source of randomness; ids cannot be made.');
  return source.getRandomValues(new Uint8Array(length));
};

function token(length: number, random: Randomness): string {
  let out = '';
  for (const byte of random(length)) out += ALPHABET[byte & 63];
  return out;
}

/** `r-` and 12 base64url characters (72 bits): permanent name of a row. */
export function newRowId(random: Randomness = systemRandomness): string {
  return `r-${token(12, random)}`;
}

/** 16 base64url characters (96 bits): name of a command. */
export function newCommandId(random: Randomness = systemRandomness): string {
  return token(16, random);
}
