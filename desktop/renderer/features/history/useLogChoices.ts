// What the filters of the log offer: the documents and people somebody may ask about. Owns the lists; must not ask the log itself.
import { can, type Role } from '@countersign/shared/access';
import { FACTS_DOCUMENT, PARKED_DOCUMENT, READS_DOCUMENT, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { LogEntry } from '@countersign/shared/protocol/api';
import { useMemo } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useSession } from '../../app/engineContext.tsx';
import { versionName } from '../../app/versionName.ts';
import type { Choice } from './LogFilters.tsx';

/** Documents that are no version; auditors and admins read them. */
const GENERAL: readonly Choice[] = [
  { value: WORKSPACE_DOCUMENT, label: 'Workspace: keys and roles' },
  { value: READS_DOCUMENT, label: 'Reads: what was opened and taken out' },
  { value: FACTS_DOCUMENT, label: 'Facts' },
  { value: PARKED_DOCUMENT, label: 'Parked' },
];

const WHOLE_DENIED = 'Only auditors and admins take out the whole history. Choose a document to export its history.';

const byLabel = (a: Choice, b: Choice): number => a.label.localeCompare(b.label, 'en', { numeric: true });

/** People of the workspace and whoever else has an entry among the loaded ones, by name. */
export function peopleChoices(
  people: readonly { readonly userId: string; readonly name: string }[],
  entries: readonly Pick<LogEntry, 'userId' | 'name'>[],
): Choice[] {
  const names = new Map([...people, ...entries].map(({ userId, name }) => [userId, name]));
  return [...names].map(([value, label]) => ({ value, label })).sort(byLabel);
}

export interface LogChoices {
  readonly documents: readonly Choice[];
  readonly people: readonly Choice[];
  /** Why the history of the whole workspace is not open to this person, only that of its versions; null when it is. */
  readonly wholeDenied: string | null;
}

export function useLogChoices(entries: readonly LogEntry[]): LogChoices {
  const engine = useEngine();
  const session = useSession();
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  const known = useQuery('people', () => askOrKept(engine.api.people, engine.cached.people)).data?.value;
  const user = session?.user;
  const whole = can({ userId: user?.id ?? '', roles: (user?.roles ?? []) as readonly Role[] }, 'readLog');
  const documents = useMemo(
    () => [
      ...(whole.ok ? GENERAL : []),
      ...(contracts ?? [])
        .flatMap((contract) =>
          contract.versions.map((version) => ({
            value: version.versionId,
            label: `${contract.number}, ${versionName(version)}`,
          })),
        )
        .sort(byLabel),
    ],
    [contracts, whole.ok],
  );
  const people = useMemo(() => peopleChoices(known ?? [], entries), [known, entries]);
  return { documents, people, wholeDenied: whole.ok ? null : WHOLE_DENIED };
}
