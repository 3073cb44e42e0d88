// Who a request comes from. Owns reading the bearer token; roles are read anew each time, so a revoked one ends at once.
import {
  type Actor as AccessActor,
  can,
  type HeldEmergency,
  type Role,
  type ServiceScope,
} from '@countersign/shared/access';
import type { FastifyRequest } from 'fastify';
import { type People, ServiceTokens, type Sessions, type SignIn } from '../auth/index.ts';
import { notAllowed, notSignedIn, Problem } from './problem.ts';

export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Roles held in an emergency; absent for nearly everybody. */
  readonly emergency?: readonly HeldEmergency[];
  readonly signIn: SignIn;
}

/** The signed-in person of a living session. */
export function actorOfSignIn(people: People, signIn: SignIn): Actor | null {
  const user = people.user(signIn.userId);
  if (user === null) return null;
  const emergency = people.emergencyOf(user.id);
  const actor = { userId: user.id, name: user.name, roles: user.roles as readonly Role[], signIn };
  return emergency.length === 0 ? actor : { ...actor, emergency };
}

/** Whose request it turned out to be, for what is noted after it was answered. */
const CALLERS = new WeakMap<FastifyRequest, string>();

/** Programs whose token did not open what they asked for, though it is or was one. */
const DENIED = new WeakMap<FastifyRequest, string>();

/** Who asked in vain; null when it is not known. */
export function deniedIdOf(request: FastifyRequest): string | null {
  return DENIED.get(request) ?? callerIdOf(request);
}

/** The user id of a request whose caller was read; null before. */
export function callerIdOf(request: FastifyRequest): string | null {
  return CALLERS.get(request) ?? null;
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\w-]{20,100})$/.exec(request.headers.authorization ?? '')?.[1];
}

/** Reads a caller who is a person, or a program with a service token; what a program may do is asked of `can`. @throws Problem 401 */
export function callerReader(
  actorOf: (request: FastifyRequest) => Promise<Actor>,
  tokens: ServiceTokens,
): (request: FastifyRequest) => Promise<AccessActor> {
  return async (request) => {
    const token = bearerOf(request);
    if (token === undefined || !ServiceTokens.isOne(token)) return actorOf(request);
    const row = await tokens.find(token);
    if (row === null) throw await deadToken(request, tokens, token);
    CALLERS.set(request, row.id);
    return { userId: row.id, roles: [], scopes: row.scopes as readonly ServiceScope[] };
  };
}

/** [AUTH-20] A program that asks in vain is named in the history by its token's id, whether the token is still good or not. */
async function noteProgram(request: FastifyRequest, tokens: ServiceTokens, token: string): Promise<void> {
  const id = await tokens.idOf(token);
  if (id !== null) DENIED.set(request, id);
}

async function deadToken(request: FastifyRequest, tokens: ServiceTokens, token: string): Promise<Problem> {
  await noteProgram(request, tokens, token);
  const text = 'This service token is not known, has expired or was revoked.';
  return new Problem(401, 'serviceToken', 'Not signed in', text, { action: 'Ask an admin for another one.' });
}

/** Reads a caller who has any role. @throws Problem 401, or 403 with the reason */
export function readerReader(
  actorOf: (request: FastifyRequest) => Promise<Actor>,
): (request: FastifyRequest) => Promise<Actor> {
  return async (request) => {
    const actor = await actorOf(request);
    const readable = can(actor, 'read');
    if (!readable.ok) throw notAllowed(readable.reason);
    return actor;
  };
}

/** Reads the caller of a request, who is a person. @throws Problem 401, or 403 for a program with a good token */
export function actorReader(
  people: People,
  sessions: Sessions,
  tokens: ServiceTokens,
): (request: FastifyRequest) => Promise<Actor> {
  return async (request) => {
    const token = bearerOf(request);
    if (token !== undefined && ServiceTokens.isOne(token)) {
      if ((await tokens.find(token)) === null) throw await deadToken(request, tokens, token);
      await noteProgram(request, tokens, token);
      // [AUTH-32] Deny by default: a route lets programs in by asking for them.
      throw new Problem(403, 'serviceToken', 'Not allowed', 'A service token does not open this.', {
        action: 'Sign in as a person.',
      });
    }
    const signIn = token === undefined ? null : await sessions.find(token);
    const actor = signIn === null ? null : actorOfSignIn(people, signIn);
    if (actor === null) throw notSignedIn();
    CALLERS.set(request, actor.userId);
    return actor;
  };
}
