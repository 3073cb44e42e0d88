// One-use codes that people type or follow as a link: set-up, joining, reset. Owns their letters; must not know who they are for.
import { randomInt } from 'node:crypto';
import { sha256Hex } from '../history/nativeCrypto.ts';

/** Crockford's base 32: no I, L, O, U, so that a code survives being read aloud. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 5;
const GROUP = 5;

/** A fresh code of 125 random bits: `7K3QD-…`. */
export function newCode(): string {
  const group = (): string => Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** Hash of a code as it was typed: case, blanks and dashes do not matter, and letters that look alike are one. */
export function codeHash(typed: string): string {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return sha256Hex(plain);
}
