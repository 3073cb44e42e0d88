// Passwords as argon2id PHC strings. Owns parameters, hashing and comparison; must not know people or throttling.
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** [AUTH-10] The second recommendation of RFC 9106 §4: 64 MiB, three passes, four lanes, 128-bit salt, 256-bit tag. */
const MEMORY_KIB = 65_536;
const PASSES = 3;
const LANES = 4;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const VERSION = 19;

export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;

/** Hashes that run at once: each takes 64 MiB, so a flood of sign-ins must not take all memory. */
const AT_ONCE = 2;
const MOST_WAITING = 32;

/** Too many passwords are being checked; the caller may ask again in a moment. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
}

/** Why a password is not taken, in words; null when it is. */
export function passwordFault(password: string, login: string): string | null {
  const letters = [...password];
  if (letters.length < PASSWORD_LEAST) return `The password has fewer than ${PASSWORD_LEAST} characters.`;
  if (letters.length > PASSWORD_MOST) return `The password has more than ${PASSWORD_MOST} characters.`;
  if (new Set(letters).size < 5) return 'The password has fewer than five different characters.';
  const plain = password.normalize('NFKC').toLowerCase();
  const name = login.split('@')[0] ?? '';
  if (name.length >= 4 && plain.includes(name) && plain.length < name.length + PASSWORD_LEAST) {
    return 'The password is little more than your sign-in name.';
  }
  return null;
}

/** PHC string of a password with a salt of its own. @throws PasswordsBusy */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES }, TAG_BYTES);
  return `$argon2id$v=${VERSION}$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(tag)}`;
}

/**
 * [AUTH-11] Whether the password is the one that was hashed. Without a hash (no such account, no password chosen yet) the same work
 * is done against a hash that nothing fits, so that neither the answer nor its time tells which accounts exist.
 * @throws PasswordsBusy
 */
export async function verifyPassword(phc: string | null, password: string): Promise<boolean> {
  const known = parsePhc(phc ?? NOBODY);
  const tag = await derive(password, known.salt, known, known.tag.length);
  return timingSafeEqual(tag, known.tag) && phc !== null;
}

/** Whether a hash was made with other parameters than today's, and is better made anew at the next sign-in. */
export function isOutdated(phc: string): boolean {
  const { memory, passes, parallelism, tag } = parsePhc(phc);
  return memory !== MEMORY_KIB || passes !== PASSES || parallelism !== LANES || tag.length !== TAG_BYTES;
}

type Costs = Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const NOBODY = `$argon2id$v=${VERSION}$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(Buffer.alloc(SALT_BYTES, 7))}$${unpadded(Buffer.alloc(TAG_BYTES))}`;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parsePhc(phc: string): Costs & { readonly salt: Buffer; readonly tag: Buffer } {
  const [, memory, passes, lanes, salt, tag] = PHC.exec(phc) ?? [];
  if (salt === undefined || tag === undefined) throw new Error('a stored password hash is not an argon2id PHC string');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, nonce: Buffer, costs: Costs, tagLength: number): Promise<Buffer> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new PasswordsBusy('Too many people sign in at this moment.');
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  } else running += 1;
  try {
    // The same letters may be typed in two encodings: NFKC makes them one.
    const message = Buffer.from(password.normalize('NFKC'), 'utf8');
    return await new Promise<Buffer>((resolve, reject) => {
      const { memory, passes, parallelism } = costs;
      argon2('argon2id', { message, nonce, parallelism, tagLength, memory, passes }, (error, tag) => {
        if (error === null) resolve(tag);
        else reject(error);
      });
    });
  } finally {
    // The place goes to the next one in line, or is given back.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
