import { type Argon2Parameters, argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeHash, newCode } from './codes.ts';
import { hashPassword, isOutdated, passwordFault, verifyPassword } from './passwords.ts';

const PASSWORD = 'three quiet harbours';

describe('passwords', () => {
  it('[AUTH-10] are argon2id PHC strings of 64 MiB, three passes and four lanes, with a salt of their own', async () => {
    const [one, two] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    const [salt, tag] = one
      .split('$')
      .slice(-2)
      .map((text) => Buffer.from(text, 'base64'));
    const costs: Argon2Parameters = {
      message: PASSWORD,
      nonce: salt ?? '',
      memory: 65_536,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    };
    expect(argon2Sync('argon2id', costs).equals(tag ?? Buffer.alloc(0))).toBe(true);
    expect(await verifyPassword(one, PASSWORD)).toBe(true);
    expect(await verifyPassword(one, `${PASSWORD} `)).toBe(false);
    expect([isOutdated(one), isOutdated(one.replace('m=65536', 'm=19456'))]).toEqual([false, true]);
  });

  it('[AUTH-11] without an account the same hashing is done, and nothing fits', async () => {
    const hash = await hashPassword(PASSWORD);
    const time = async (phc: string | null): Promise<number> => {
      const before = process.cpuUsage();
      expect(await verifyPassword(phc, 'another one entirely')).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await time(hash);
    const [known, unknown] = [await time(hash), await time(null)];
    // Processor time, not a clock: the two differ by noise only, and hashing nothing would be a hundred times faster.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('[AUTH-10] too short, too monotonous and too close to the name are refused with the reason', () => {
    expect(passwordFault('short', 'ada')).toContain('fewer than 12');
    expect(passwordFault('aaaaaaaaaaaaab', 'ada')).toContain('five different');
    expect(passwordFault('catherine-123', 'catherine@example.com')).toContain('sign-in name');
    expect(passwordFault(PASSWORD, 'catherine@example.com')).toBeNull();
  });

  it('[AUTH-14] codes are random, and read the same however they are typed', () => {
    const code = newCode();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(codeHash(` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(codeHash(code));
    expect(codeHash('O0I1L')).toBe(codeHash('00111'));
    expect(newCode()).not.toBe(code);
  });
});
