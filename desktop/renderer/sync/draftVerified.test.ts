import { decodePayload, parsePart0 } from '@countersign/shared/history';
import { describe, expect, test } from 'vitest';
import { alone, edits, together } from './testKit/opened.ts';
import { type Computer, FIRST, SECOND } from './testKit/world.ts';

/** Commands of what people wrote, from the given entry on, and how many each batch has. */
const batches = (a: Computer, from = 0) =>
  edits(a)
    .slice(from)
    .map(({ payload }) => parsePart0('edit', decodePayload(payload)[0]).commands);
const commands = (a: Computer, from = 0) => batches(a, from).flat();
const sizes = (a: Computer, from = 0) => batches(a, from).map((batch) => batch.length);

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

  test('[SYNC-20] a bulk paste goes out in batches of at most 256 commands, in order', async () => {
    const { w, a } = await alone();
    const rows = Array.from({ length: 300 }, (_, i) => ({ line: String(i + 10), product: `Product ${i}` }));
    await a.draft.insertRows('lines', null, rows);
    await w.heal();
    expect(w.server.draft.sheet('lines').rowIds()).toHaveLength(303);
    expect(a.draft.rowIds('lines')).toEqual(w.server.draft.sheet('lines').rowIds());
    const before = edits(a).length;
    const cells = ['rate', 'quantity'].flatMap((field) =>
      a.draft.rowIds('lines').map((rowId, i) => ({ sheet: 'lines' as const, rowId, field, typed: `${i + 5}` })),
    );
    await a.draft.edit(cells);
    await w.heal();
    expect(sizes(a, before)).toEqual([256, 256, 94]);
    expect(commands(a, before).map(({ rowId, field }) => [rowId, field])).toEqual(
      cells.map(({ rowId, field }) => [rowId, field]),
    );
  });

  test('[SYNC-20] what a server finds too large goes out in smaller batches; a command that is too large by itself asks for attention', async () => {
    const { w, a } = await alone();
    const rows = Array.from({ length: 120 }, (_, i) => ({ line: String(i + 10), product: `Product ${i}` }));
    w.server.refuseNext = { code: 'tooLarge' };
    await a.draft.insertRows('lines', null, rows);
    await w.heal();
    expect(sizes(a)).toEqual([30, 30, 30, 30]);
    expect(a.draft.attention()).toEqual([]);
    w.server.refuseNext = { code: 'tooLarge' };
    await a.setRate(FIRST, '110');
    await w.heal();
    expect(a.draft.attention()).toMatchObject([{ to: '110', code: 'tooLarge' }]);
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });

  test('[SYNC-42] a batch that is stored says of its own rows that their marks changed, and nothing else', async () => {
    const { w, a } = await alone();
    const rows = Array.from({ length: 300 }, (_, i) => ({ line: String(i + 10), product: `P${i}` }));
    await a.draft.insertRows('lines', null, rows);
    const order = a.draft.rowIds('lines');
    const told: string[] = [];
    a.draft.onView(({ rowIds, structural, values }) => told.push(`${rowIds?.length} ${structural} ${values}`));
    await w.heal();
    expect(told).toEqual(sizes(a).map((size) => `${size} false false`));
    expect(told.length).toBeGreaterThan(1);
    expect(a.draft.rowIds('lines')).toEqual(order);
    expect(a.draft.status()).toMatchObject({ waiting: 0, oldestWaitingAt: null });
  });
});
