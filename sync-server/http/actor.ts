// Who a request comes from. Owns reading the bearer token; roles are read anew each time, so a revoked one ends at once.
import type { Role } from '@countersign/shared/access';
import type { FastifyRequest } from 'fastify';
import type { People, Sessions, SignIn } from '../auth/index.ts';
import { notSignedIn } from './problem.ts';

export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly signIn: SignIn;
}

/** The signed-in person of a living session. */
export function actorOfSignIn(people: People, signIn: SignIn): Actor | null {
  const user = people.user(signIn.userId);
  if (user === null) return null;
  return { userId: user.id, name: user.name, roles: user.roles as readonly Role[], signIn };
}

/** Whose request it turned out to be, for what is noted after it was answered. */
const CALLERS = new WeakMap<FastifyRequest, string>();

/** The user id of a request whose caller was read; null before. */
export function callerIdOf(request: FastifyRequest): string | null {
  return CALLERS.get(request) ?? null;
}

/** Reads the caller of a request. @throws Problem 401 */
export function actorReader(people: People, sessions: Sessions): (request: FastifyRequest) => Promise<Actor> {
  return async (request) => {
    const header = request.headers.authorization ?? '';
    const token = /^Bearer ([\w-]{20,100})$/.exec(header)?.[1];
    const signIn = token === undefined ? null : await sessions.find(token);
    const actor = signIn === null ? null : actorOfSignIn(people, signIn);
    if (actor === null) throw notSignedIn();
    CALLERS.set(request, actor.userId);
    return actor;
  };
}
