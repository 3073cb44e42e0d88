import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openDatabase } from '../storage/index.ts';
import { DraftStore } from './draftStore.ts';

test('[SYNC-15] what another window appends while a draft is read comes whole at the next reading, or at this one', async () => {
  const db = await openDatabase('read-at-one-moment');
  const store = new DraftStore(db, 'v-1');
  const entry = (index: number) => ({
    draftId: 'v-1',
    index,
    leaf: new Uint8Array([index]),
    payload: new Uint8Array(),
  });
  const append = (index: number) =>
    db.transaction('rw', [db.drafts, db.entries], async () => {
      await db.entries.put(entry(index));
      await db.drafts.put({ ...store.blank(), next: index + 1 });
    });
  await append(0);
  for (let next = 1; next < 6; next += 1) {
    const reading = store.read(0);
    const appending = append(next);
    const { work, entries } = await reading;
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: work.draft.next }, (_, index) => index));
    await appending;
  }
  db.close();
});
