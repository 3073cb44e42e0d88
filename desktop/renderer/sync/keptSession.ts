// The session as it is kept with a person's work, so that the app opens signed in, also without the server. Owns its form on disk; whether
// it still holds is the server's to say.
import type { SignedIn, User } from '@countersign/shared/protocol/api';
import { stored, type WorkspaceDatabase } from '../storage/index.ts';

/** @throws StorageFailure when it cannot be kept. */
export async function keepSession(db: WorkspaceDatabase, { token, user, expiresAt }: SignedIn): Promise<void> {
  await stored(() =>
    db.session.put({
      id: 'current',
      token,
      userId: user.id,
      userName: user.name,
      roles: [...user.roles],
      expiresAt,
    }),
  );
}

/** The kept session; null when none is, or it was forgotten. @throws StorageFailure */
export async function keptSession(db: WorkspaceDatabase): Promise<SignedIn | null> {
  const record = await stored(() => db.session.get('current'));
  if (record === undefined) return null;
  const { token, userId, userName, roles, expiresAt } = record;
  return { token, user: { id: userId, name: userName, roles: roles as User['roles'] }, expiresAt };
}

/** @throws StorageFailure */
export async function forgetSession(db: WorkspaceDatabase): Promise<void> {
  await stored(() => db.session.clear());
}
