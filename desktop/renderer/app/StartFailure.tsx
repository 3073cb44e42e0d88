// The app could not start: says why, lets unsent work be saved past what cannot be read, and offers to try again. Nothing on disk is touched.
import { useState } from 'react';
import type { CountersignHost } from '../../host/contract.ts';
import { Action, EmptyState, errorWords } from '../kit/index.ts';
import { Profile, rescueUnsent, StorageFailure, unsentFile } from '../storage/index.ts';

/** Saves what waits in the databases of this profile; says what became of it. */
async function saveUnsent(host: CountersignHost): Promise<string> {
  const profile = new Profile();
  const now = new Date().toISOString();
  try {
    const work = await rescueUnsent(await profile.databaseNames(), now);
    const bytes = new TextEncoder().encode(unsentFile(work, now));
    if (!(await host.files.save('unsent-work.json', bytes, 'application/json'))) return 'No file was saved.';
    return work.unreadable.length === 0
      ? 'The file holds all unsent work of this computer.'
      : 'Part of the local data cannot be read, so the file may lack unsent work. What could be read is in it.';
  } finally {
    profile.close();
  }
}

export function StartFailure({ error, host }: { readonly error: unknown; readonly host: CountersignHost }) {
  const [said, setSaid] = useState<string | null>(null);
  const save = (): void => {
    saveUnsent(host).then(setSaid, (failure: unknown) => setSaid(errorWords(failure)));
  };
  return (
    <main className="main" id="main">
      <EmptyState
        title="Countersign could not start"
        action={
          <>
            <Action text="Try again" tone="primary" onClick={() => window.location.reload()} />
            {error instanceof StorageFailure && <Action text="Save unsent work as a file" onClick={save} />}
          </>
        }
      >
        {errorWords(error)} Your data on this computer was not changed.
        {said !== null && <span role="status"> {said}</span>}
      </EmptyState>
    </main>
  );
}
