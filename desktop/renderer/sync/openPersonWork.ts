// Opens what one person has in one workspace on this computer: their database, and the work upon it.
import { parseVkey } from '@countersign/shared/history';
import { openDatabase, type Profile } from '../storage/index.ts';
import { PersonWork, type PersonWorkOptions } from './personWork.ts';

/**
 * `trouble` is told when the database is lost or not read in full, the history is not believed any more, the device's key was revoked, or how long one may work here offline changed.
 * @throws StorageFailure when the database cannot be opened.
 */
export async function openPersonWork(
  profile: Profile,
  options: Omit<PersonWorkOptions, 'db' | 'confirmRestore'>,
  trouble: () => void,
): Promise<PersonWork> {
  const { workspace, userId } = options;
  const { keyId } = parseVkey(workspace.vkey);
  const db = await openDatabase(profile.databaseName(workspace.workspaceId, keyId, userId));
  db.onLost(trouble);
  const work = new PersonWork({
    ...options,
    db,
    // The platform's own dialog: nothing that a page shows can stand in front of it.
    confirmRestore: async (question) => typeof window !== 'undefined' && window.confirm(question),
  });
  work.verifier.changed.add(trouble);
  work.troubled.add(trouble);
  work.enrolment.changed.add(trouble);
  work.grant.changed.add(trouble);
  return work;
}
