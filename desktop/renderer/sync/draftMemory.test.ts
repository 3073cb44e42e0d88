import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { openDatabase, type WorkspaceDatabase } from '../storage/index.ts';
import { readAccepted } from './acceptedEntry.ts';
import { DraftMemory } from './draftMemory.ts';
import { DRAFT } from './testKit/testLog.ts';
import { FIRST, SECOND, World } from './testKit/world.ts';

const worlds: World[] = [];
const databases: WorkspaceDatabase[] = [];
afterEach(async () => {
  for (const db of databases.splice(0)) db.close();
  for (const world of worlds.splice(0)) await world.close();
});

/** A log with an edit of the first line and one of the second. */
async function twoEdits(): Promise<World> {
  const world = await World.create();
  worlds.push(world);
  const writer = await world.computer('u-ops');
  await writer.open();
  for (const [row, rate] of [
    [FIRST, '110'],
    [SECOND, '220'],
  ] as const) {
    await writer.setRate(row, rate);
    await world.quiet();
  }
  return world;
}

const entriesOf = ({ server }: World) =>
  server.log.map(({ index, leaf, payload }) => readAccepted(index, DRAFT, leaf, payload));

const AT = '2026-11-21T09:00:00.000Z';
const rates = ({ picture }: DraftMemory) => [FIRST, SECOND].map((rowId) => picture.view('lines').value(rowId, 'rate'));

/** Two windows of one profile, as two memories of one disk. */
async function windows(name: string): Promise<{ owner: DraftMemory; other: DraftMemory }> {
  const open = async (): Promise<DraftMemory> => {
    const db = await openDatabase(name);
    databases.push(db);
    const memory = new DraftMemory(db, DRAFT, () => 'u-1');
    await memory.load();
    return memory;
  };
  return { owner: await open(), other: await open() };
}

test('[SYNC-38] what a following window writes of the draft does not make it skip entries that it has not read', async () => {
  const [create, ...edits] = entriesOf(await twoEdits());
  const { owner, other } = await windows('follower-writes');
  if (create === undefined) throw new Error('no entry');
  await owner.accept([create], AT);
  await other.refresh();
  await owner.accept(edits, AT);
  // A checkpoint was verified meanwhile, and this window is the one that remembers it.
  await other.describe({ verifiedAt: AT });
  expect(other.draft).toMatchObject({ next: create.index + 1, head: create.leafHash, verifiedAt: AT });
  await other.refresh();
  expect(rates(other)).toEqual(['110', '220']);
  expect(other.draft).toEqual({ ...owner.draft, verifiedAt: AT });
});

test('[SYNC-56] what the server says of a draft is written once, however often it is said', async () => {
  const { owner } = await windows('said-again');
  const write = vi.spyOn(owner.store, 'describe');
  const said = { state: 'DRAFT', generation: 'g-1', canEdit: true, denial: null };
  await owner.describe(said);
  await owner.describe(said);
  expect(write).toHaveBeenCalledTimes(1);
  await owner.describe({ ...said, canEdit: false, denial: 'It is in review.' });
  expect(write).toHaveBeenCalledTimes(2);
  const { draft } = await owner.store.work();
  expect(draft).toMatchObject({ generation: 'g-1', canEdit: false, denial: 'It is in review.' });
});

test('[SYNC-38] a following window that missed a restored log’s beginning reads all of it', async () => {
  const world = await twoEdits();
  const before = entriesOf(world);
  const { owner, other } = await windows('follower-restored');
  await owner.describe({ generation: world.server.generation });
  await owner.accept(before, AT);
  await other.refresh();
  const [writer] = world.computers;
  writer?.offline();
  world.server.restore(2);
  await owner.leaveGeneration(world.server.generation, null);
  writer?.online();
  await world.heal();
  await writer?.setRate(FIRST, '111');
  await world.heal();
  const after = entriesOf(world);
  expect(after.at(-1)?.index).toBeGreaterThan(before.at(-1)?.index ?? 0);
  await owner.accept(after, AT);
  await other.refresh();
  expect(rates(other)).toEqual(rates(owner));
  expect(other.picture.view('lines').value(FIRST, 'rate')).toBe('111');
});

test('[SYNC-28] a draft whose entries are pulled anew shows the new ones', async () => {
  const [create, ...edits] = entriesOf(await twoEdits());
  if (create === undefined) throw new Error('no entry');
  const { owner, other } = await windows('pulled-anew');
  await owner.accept([create], AT);
  await other.refresh();
  expect(rates(owner)).toEqual(['100', '200']);
  await owner.forgetEntries();
  await other.refresh();
  await owner.accept([create], AT);
  await other.refresh();
  await owner.accept(edits, AT);
  await other.refresh();
  expect(rates(owner)).toEqual(['110', '220']);
  expect(rates(other)).toEqual(['110', '220']);
});
