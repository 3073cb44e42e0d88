// How people sign in, for the list of people. Owns gathering it in one pass; who may see it is the route's.
import type { Account } from '@countersign/shared/protocol/api';
import type { Services } from '../../services.ts';

/** A look-up of these people's accounts, from one reading of the tables. */
export async function accountsOf(
  { storage, sessions, company: provider }: Services,
  userIds: readonly string[],
): Promise<(userId: string) => Account> {
  const logins = new Map((await storage.identity.logins()).map((row) => [row.userId, row]));
  const company = new Set((await storage.identity.identities()).map(({ userId }) => userId));
  const living = new Map<string, number>();
  for (const id of userIds) living.set(id, (await sessions.ofUser(id)).length);
  return (userId) => {
    const login = logins.get(userId);
    return {
      login: login?.login ?? null,
      hasPassword: typeof login?.password === 'string',
      company: company.has(userId),
      rolesFromGroups: company.has(userId) && provider?.decidesRoles === true,
      sessions: living.get(userId) ?? 0,
    };
  };
}
