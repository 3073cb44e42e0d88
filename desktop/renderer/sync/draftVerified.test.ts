import { describe, expect, test } from 'vitest';
import { alone, edits, together } from './testKit/opened.ts';
import { FIRST, SECOND } from './testKit/world.ts';

describe('verification', () => {
  test('[SYNC-19] a checkpoint that does not follow the accepted one stops sending, loudly and for good', async () => {
    const { w, a } = await alone();
    await w.server.publish();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await w.server.publish(await w.server.forkedNote());
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/does not follow the one this computer accepted at/);
    await a.setRate(SECOND, '220');
    await w.heal();
    expect(edits(a)).toHaveLength(1);
    await a.restart();
    await a.open();
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('does not follow') });
  });

  test('[SYNC-19] a stored entry that the checkpoint does not contain, or a note by another key, is a loss of trust', async () => {
    const { w, a, b } = await together();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const [own] = await a.db.unproved.toArray();
    if (own === undefined) throw new Error('nothing to prove');
    await a.db.unproved.put({ ...own, leafHash: 'ab'.repeat(32) });
    await w.server.publish();
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/stored as entry \d+ is not in it/);
    const note = await w.server.note();
    const at = note.length - 20;
    await w.server.publish(`${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`);
    await w.quiet();
    expect(b.draft.status().trouble).toMatch(/not signed by this workspace’s key/);
  });

  test('[SYNC-20] a bulk paste goes out in batches of at most 64 commands, in order', async () => {
    const { w, a } = await alone();
    const rows = Array.from({ length: 150 }, (_, i) => ({ line: String(i + 10), product: `Product ${i}` }));
    await a.draft.insertRows('lines', null, rows);
    await w.heal();
    expect(w.server.draft.sheet('lines').rowIds()).toHaveLength(153);
    expect(edits(a)).toHaveLength(3);
    expect(a.draft.rowIds('lines')).toEqual(w.server.draft.sheet('lines').rowIds());
  });

  test('[SYNC-42] a batch that is stored says of its own rows that their marks changed, and nothing else', async () => {
    const { w, a } = await alone();
    const rows = Array.from({ length: 150 }, (_, i) => ({ line: String(i + 10), product: `Product ${i}` }));
    await a.draft.insertRows('lines', null, rows);
    const order = a.draft.rowIds('lines');
    const told: string[] = [];
    a.draft.onView(({ rowIds, structural, values }) => told.push(`${rowIds?.length} ${structural} ${values}`));
    await w.heal();
    expect(told).toEqual(['64 false false', '64 false false', '22 false false']);
    expect(a.draft.rowIds('lines')).toEqual(order);
    expect(a.draft.status()).toMatchObject({ waiting: 0, oldestWaitingAt: null });
  });
});
