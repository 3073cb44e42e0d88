// Device keys as the log's own key entries say, each checked in order. Owns reading them once; null where the role may not read them.
import { Keyring } from '@countersign/shared/history';
import type { Api } from '../../api/index.ts';
import { type QueryResult, useEngine, useQuery } from '../../app/engineContext.tsx';
import { type EntryBytes, keyringFrom } from './verifyEntry.ts';

/** A workspace with more key entries than this is read in part by nobody: the signature is then not checked here. */
const MOST_KEYS = 1000;
const PAGE = 200;

async function keyEntries(api: Api): Promise<EntryBytes[] | null> {
  const indexes: string[] = [];
  let before: string | undefined;
  do {
    const page = await api.log({ kind: 'key', limit: PAGE, ...(before === undefined ? {} : { before }) });
    indexes.push(...page.entries.map((entry) => entry.index));
    before = page.next ?? undefined;
    if (indexes.length > MOST_KEYS) return null;
  } while (before !== undefined);
  const items: EntryBytes[] = [];
  for (const index of indexes) items.push(await api.logEntry(index));
  return items;
}

/** The keyring, or null when key entries are not shown to this role (entry 0 is always one of them). */
export function useKeyring(): QueryResult<Keyring | null> {
  const engine = useEngine();
  return useQuery('keyring', async () => {
    const items = await keyEntries(engine.api);
    if (items === null || !items.some((item) => item.index === '0')) return null;
    return keyringFrom(new Keyring(), items);
  });
}
