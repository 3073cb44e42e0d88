// What every backend does for logins, codes, sign-ins, service tokens and tickets. Owns the checks only; contractSuite.ts calls them.
import { expect, it } from 'vitest';
import { type Storage, UniqueViolation } from './port.ts';

/** Registers the checks against the storage that `open` gives in each test. */
export function identityContract(open: () => Storage): void {
  it('[STO-20] a login belongs to one person; a code is taken once and voids the one before; an identity is one person', async () => {
    const { identity } = open();
    await identity.putLogin({ userId: 'u-1', login: 'ann', password: null });
    await identity.putLogin({ userId: 'u-1', login: 'ann@example.com', password: '$argon2id$…' });
    await expect(identity.putLogin({ userId: 'u-2', login: 'ann@example.com', password: null })).rejects.toThrow(
      UniqueViolation,
    );
    expect(await identity.login('ann')).toBeNull();
    expect(await identity.loginOf('u-1')).toEqual(await identity.login('ann@example.com'));
    expect(await identity.logins()).toHaveLength(1);
    const code = { codeHash: 'c1', purpose: 'join', userId: 'u-1', expiresAt: 1_790_000_000_000 } as const;
    await identity.putCode(code);
    await identity.putCode({ ...code, codeHash: 'c2', purpose: 'reset' });
    expect(await identity.code('c1')).toBeNull();
    expect(await identity.codesOf('u-1')).toEqual([{ ...code, codeHash: 'c2', purpose: 'reset' }]);
    expect([await identity.takeCode('c2'), await identity.takeCode('c2')]).toEqual([true, false]);
    const person = { issuer: 'https://login.example.com', subject: 's', userId: 'u-1' };
    await identity.putIdentity(person);
    await expect(identity.putIdentity({ ...person, userId: 'u-2' })).rejects.toThrow(UniqueViolation);
    expect(await identity.identity(person.issuer, 's')).toEqual(person);
    expect(await identity.identities()).toEqual([person]);
  });

  it('[STO-20] sign-ins go with their sessions; a ticket is taken by one of many; a token comes back as it was', async () => {
    const storage = open();
    const { identity } = storage;
    await storage.addSession({ tokenHash: 'a', userId: 'u-1', expiresAt: 1_790_000_000_000 });
    const signIn = { userId: 'u-1', way: 'company', startedAt: 5, deviceId: '', idToken: 'jwt' } as const;
    await identity.putSignIn({ ...signIn, tokenHash: 'a' });
    await identity.putSignIn({ ...signIn, tokenHash: 'gone' });
    await identity.putSignIn({ ...signIn, tokenHash: 'a', deviceId: 'd-1' });
    await identity.noteSignIn({ userId: 'u-1', at: 5, way: 'password' });
    await identity.noteSignIn({ userId: 'u-1', at: 1_790_000_000_000, way: 'company' });
    await identity.removeEndedSignIns();
    expect(await identity.lastSignIns()).toEqual([{ userId: 'u-1', at: 1_790_000_000_000, way: 'company' }]);
    expect(await identity.signInsOf('u-1')).toEqual([{ ...signIn, tokenHash: 'a', deviceId: 'd-1' }]);
    expect(await identity.signIn('gone')).toBeNull();
    const ticket = (name: string, expiresAt: number) => ({ ticketHash: name, sessionId: 'a', expiresAt });
    for (const [i, name] of ['t1', 't2', 't3', 't4'].entries()) await identity.addTicket(ticket(name, 100 + i), 50, 3);
    expect(await identity.takeTicket('t1')).toBeNull();
    const taken = await Promise.all(Array.from({ length: 5 }, () => identity.takeTicket('t4')));
    expect(taken.filter((row) => row !== null)).toEqual([ticket('t4', 103)]);
    await identity.addTicket(ticket('t5', 200), 102, 3);
    expect(await identity.takeTicket('t2')).toBeNull();
    const token = {
      id: 's-1',
      tokenHash: 'h',
      name: 'Billing',
      scopes: ['exports:read'],
      createdBy: 'u-1',
      createdAt: 1_789_000_000_000,
      expiresAt: 1_790_000_000_000,
      revokedAt: null,
    };
    await identity.putServiceToken(token);
    await identity.putServiceToken({ ...token, revokedAt: 7 });
    expect(await identity.serviceToken('h')).toEqual({ ...token, revokedAt: 7 });
    expect(await identity.serviceTokens()).toHaveLength(1);
  });

  it('[STO-1] [STO-20] what a transaction did to them goes with it when it throws', async () => {
    const storage = open();
    const failed = storage.transaction(async (store) => {
      await store.identity.putLogin({ userId: 'u-9', login: 'nine', password: null });
      throw new Error('stop');
    });
    await expect(failed).rejects.toThrow('stop');
    expect(await storage.identity.login('nine')).toBeNull();
  });
}
