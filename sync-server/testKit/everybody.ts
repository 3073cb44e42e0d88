// Everybody who can knock at a server: each role, each emergency role, a program, and those whose credentials open nothing any more. Owns making
// them; what each may do is asked of shared/access.
import {
  type AccessCommand,
  type AccessDocument,
  can,
  EMERGENCY_ROLES,
  type HeldEmergency,
  ROLES,
  type Role,
  SERVICE_SCOPES,
} from '@countersign/shared/access';
import { agree, ask } from './testEmergency.ts';
import { TestPerson } from './testPerson.ts';
import type { TestServer } from './testServer.ts';

export interface Someone {
  readonly who: string;
  readonly token: string | null;
  readonly roles: readonly Role[];
  readonly emergency?: readonly HeldEmergency[];
  readonly scopes: readonly (typeof SERVICE_SCOPES)[number][];
  /** The token was good once. */
  readonly gone?: true;
}

/** Whether somebody is recognised at all. */
export const isKnown = ({ token, gone }: Someone): boolean => token !== null && gone !== true;

/** What the rules say of somebody. */
export function mayDo(someone: Someone, command: AccessCommand, document?: AccessDocument): boolean {
  const { who: userId, roles, scopes, emergency = [] } = someone;
  return can({ userId, roles, scopes, emergency }, command, document).ok;
}

export async function makeEverybody(server: TestServer): Promise<readonly Someone[]> {
  return [
    ...(await peopleWithRoles(server)),
    ...(await peopleInEmergency(server)),
    ...(await programs(server)),
    ...(await peopleWhoAreOut(server)),
    { who: 'nobody', token: null, roles: [], scopes: [] },
    { who: 'a guesser', token: 'x'.repeat(43), roles: [], scopes: [], gone: true },
  ];
}

async function peopleWithRoles({ services }: TestServer): Promise<Someone[]> {
  const everybody: Someone[] = [];
  for (const roles of [...ROLES.map((role) => [role]), []]) {
    const who = `u-matrix-${roles[0] ?? 'none'}`;
    await services.people.putUser({ id: who, name: who, roles, says: '' });
    const { token } = await services.sessions.start(who, { way: 'password' });
    everybody.push({ who, token, roles, scopes: [] });
  }
  return everybody;
}

/** [GLASS-6] Each emergency role, held by a reviewer in the way people come to hold one. */
async function peopleInEmergency(server: TestServer): Promise<Someone[]> {
  const { people, sessions } = server.services;
  const everybody: Someone[] = [];
  for (const role of EMERGENCY_ROLES) {
    const who = `u-matrix-emergency-${role}`;
    await people.putUser({ id: who, name: who, roles: ['reviewer'], says: '' });
    const asking = await TestPerson.signIn(server.url, 'u-ops');
    const agreeing = await TestPerson.signIn(server.url, role === 'approver' ? 'u-exporter' : 'u-controller');
    const answers = [await ask(asking, { userId: who, role, minutes: 60 }), await agree(agreeing)];
    if (answers.some(({ status }) => status !== 200)) throw new Error(`${who} was not given the role`);
    const { token } = await sessions.start(who, { way: 'password' });
    everybody.push({ who, token, roles: ['reviewer'], emergency: people.emergencyOf(who), scopes: [] });
  }
  return everybody;
}

async function programs({ services: { serviceTokens, storage } }: TestServer): Promise<Someone[]> {
  const make = (name: string) => serviceTokens.make({ name, scopes: SERVICE_SCOPES, days: 1, by: 'u-admin' });
  const [good, revoked, expired] = [await make('Good'), await make('Revoked'), await make('Expired')];
  await serviceTokens.revoke(revoked.row.id, 'u-admin');
  await storage.identity.putServiceToken({ ...expired.row, expiresAt: 1 });
  return [
    { who: 'a program', token: good.token, roles: [], scopes: SERVICE_SCOPES },
    { who: 'a program with a revoked token', token: revoked.token, roles: [], scopes: SERVICE_SCOPES, gone: true },
    { who: 'a program with an old token', token: expired.token, roles: [], scopes: SERVICE_SCOPES, gone: true },
  ];
}

/** An admin whose session ended, one whose session was too old, and one who was removed: what they could do before opens nothing. */
async function peopleWhoAreOut({ services: { people, sessions, accounts, storage } }: TestServer): Promise<Someone[]> {
  const everybody: Someone[] = [];
  for (const why of ['ended', 'old', 'removed'] as const) {
    const who = `u-matrix-${why}`;
    await people.putUser({ id: who, name: who, roles: ['admin', 'editor'], says: '' });
    const { token, signIn } = await sessions.start(who, { way: 'password' });
    if (why === 'ended') await sessions.end(signIn);
    if (why === 'old') {
      await storage.removeSession(signIn.sessionId);
      await storage.addSession({ tokenHash: signIn.sessionId, userId: who, expiresAt: 1 });
    }
    if (why === 'removed') {
      await accounts.close(who);
      for (const role of ['admin', 'editor']) await people.changeRole(who, 'revoke', role);
    }
    everybody.push({ who, token, roles: [], scopes: [], gone: true });
  }
  return everybody;
}
