// What every way of signing in answers, and how its refusals look. Owns the answer's shape; the rules are in auth/.
import type { Role } from '@countersign/shared/access';
import type { SignedIn } from '@countersign/shared/protocol/api';
import { AccountFault, PasswordsBusy, type People, type StartedSession } from '../../auth/index.ts';
import { Problem, tooOften } from '../problem.ts';

interface Named {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** A person as the wire names them. */
export const userOf = ({ userId, name, roles }: Named): SignedIn['user'] => ({ id: userId, name, roles: [...roles] });

/** The answer to a good sign-in. */
export function signedIn(people: People, { userId, token, signIn }: StartedSession): SignedIn {
  const user = people.user(userId);
  const roles = (user?.roles ?? []) as readonly Role[];
  return {
    token,
    user: userOf({ userId, name: user?.name ?? userId, roles }),
    expiresAt: new Date(signIn.expiresAt).toISOString(),
  };
}

const STATUS: Readonly<Record<AccountFault['code'], number>> = {
  signIn: 401,
  throttled: 429,
  code: 401,
  password: 422,
  login: 409,
  setUp: 409,
  provider: 503,
};

/** Runs account work; its refusals become problem details. @throws Problem */
export async function accountFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PasswordsBusy) throw tooOften(error.message, 'Try again in a moment.', 2000);
    if (!(error instanceof AccountFault)) throw error;
    const { code, message, action, waitMs } = error;
    if (code === 'throttled') throw tooOften(message, action, waitMs);
    const title = code === 'signIn' || code === 'code' ? 'Sign-in refused' : 'Account not changed';
    const at = code === 'password' || code === 'login' || code === 'code' ? { at: code } : {};
    throw new Problem(STATUS[code], code, title, message, { ...at, action });
  }
}
