import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerAddress } from './callerAddress.ts';
import { OneUse } from './oneUse.ts';
import { SignInThrottle } from './signInThrottle.ts';

const HEX = fc.integer({ min: 0, max: 0xffff }).map((group) => group.toString(16));

describe('addresses that attempts are counted under', () => {
  it('[AUTH-12] an IPv4 address counts as itself, in every form in which it arrives', () => {
    for (const form of [
      '192.0.2.7',
      '::ffff:192.0.2.7',
      '::FFFF:192.0.2.7',
      '192.0.2.7:50123',
      '[::ffff:192.0.2.7]:80',
    ])
      expect(callerAddress(form), form).toBe('192.0.2.7');
    expect(callerAddress('192.0.2.8')).not.toBe(callerAddress('192.0.2.7'));
    expect(callerAddress('x'.repeat(500))).toHaveLength(60);
  });

  it('[AUTH-12] every address of an IPv6 /64 counts as one, and no address of another does', () => {
    expect(callerAddress('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(callerAddress('[2001:DB8:0000::ffff:1%eth0]:443')).toBe('2001:db8:0:0::/64');
    fc.assert(
      fc.property(
        fc.array(HEX, { minLength: 8, maxLength: 8 }),
        fc.array(HEX, { minLength: 4, maxLength: 4 }),
        (a, host) => {
          const network = a.slice(0, 4);
          const key = callerAddress(a.join(':'));
          expect(callerAddress([...network, ...host].join(':'))).toBe(key);
          const other = [...network.slice(0, 3), (Number.parseInt(network[3] ?? '0', 16) ^ 1).toString(16), ...host];
          expect(callerAddress(other.join(':'))).not.toBe(key);
        },
      ),
    );
  });

  it('[AUTH-12] a guesser with 2^64 addresses is slowed down as one with one is', () => {
    const throttle = new SignInThrottle();
    const guess = (i: number): void =>
      throttle.attempt({ address: `2001:db8::${i.toString(16)}`, login: `somebody${i}` }, 0);
    for (let i = 0; i < 31; i += 1) guess(i);
    expect(() => guess(31)).toThrow('Too many attempts');
  });

  it('[AUTH-12] a good sign-in of one account does not wipe out what was guessed at others from the same address', () => {
    const throttle = new SignInThrottle();
    const own = { address: '192.0.2.7', login: 'own' };
    let now = 0;
    let guessed = 0;
    expect(() => {
      for (let i = 0; i < 100; i += 1) {
        throttle.attempt({ address: own.address, login: `victim${i}` }, now);
        guessed += 1;
        throttle.attempt(own, now);
        throttle.succeeded(own);
      }
    }).toThrow('Too many attempts');
    expect(guessed).toBeLessThanOrEqual(31);
    // Where people only mistype now and then, nobody waits: what was wrong is forgiven over time.
    const office = new SignInThrottle();
    for (let i = 0; i < 500; i += 1) {
      now += 60_000;
      office.attempt({ address: '192.0.2.9', login: `person${i % 50}` }, now);
      office.attempt({ address: '192.0.2.9', login: `person${(i + 1) % 50}` }, now);
      office.succeeded({ address: '192.0.2.9', login: `person${(i + 1) % 50}` });
    }
  });

  it('[AUTH-22] a flood of sign-ins begun at one address pushes out its own and nobody else’s', () => {
    const attempts = new OneUse<string>(60_000, () => 0);
    const honest = attempts.put('honest', '192.0.2.7');
    const names = Array.from({ length: 3000 }, (_, i) => attempts.put(`flood ${i}`, '203.0.113.9'));
    expect(attempts.take(honest)).toBe('honest');
    expect(names.filter((name) => attempts.take(name) !== null)).toHaveLength(50);
  });
});
