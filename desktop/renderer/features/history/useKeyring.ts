// Device keys as the log's own key entries say, each checked in order. Owns reading them once.
import { Keyring } from '@countersign/shared/history';
import type { Api } from '../../api/index.ts';
import { type QueryResult, useEngine, useQuery } from '../../app/engineContext.tsx';
import { type EntryBytes, keyringFrom } from './verifyEntry.ts';

async function keyEntries(api: Api): Promise<EntryBytes[]> {
  const items: EntryBytes[] = [];
  for (let from = 0, more = true; more; ) {
    const page = await api.keyLeaves(from);
    items.push(...page.leaves);
    from = Number(items.at(-1)?.index ?? 0) + 1;
    more = page.more && page.leaves.length > 0;
  }
  return items;
}

/** The keyring, or null while it holds nothing. */
export function useKeyring(): QueryResult<Keyring | null> {
  const engine = useEngine();
  return useQuery('keyring', async () => keyringFrom(new Keyring(), await keyEntries(engine.api)));
}
