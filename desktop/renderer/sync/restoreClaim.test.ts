import 'fake-indexeddb/auto';
import { parseLeaf, toBase64, toHex, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { type FixtureLog, fixtureStaff, staffedLog } from '@countersign/shared/history/fixture';
import { expect, test } from 'vitest';
import { openDatabase } from '../storage/index.ts';
import { ManualRuntime } from './testKit/manualRuntime.ts';
import { Verifier, type VerifierOptions } from './verification.ts';

/** A server over a log, and a computer that verified another one of the same workspace. */
async function computer(name: string, server: FixtureLog, seen: FixtureLog, answer: boolean) {
  let restored = 0;
  const db = await openDatabase(name);
  const asked: string[] = [];
  let log = seen;
  const options: VerifierOptions = {
    db,
    onRestored: () => {
      restored += 1;
    },
    runtime: new ManualRuntime(1),
    workspace: { logOrigin: seen.origin, vkey: seen.vkey },
    confirm: async (question) => {
      asked.push(question);
      return answer;
    },
    api: {
      checkpoint: async () => ({ size: String(log.tree.size), note: await log.checkpoint() }),
      consistency: async (from, to) => log.tree.consistencyProof(from, Math.min(to, log.tree.size)).map(toHex),
      inclusion: async (index, size) => log.tree.inclusionProof(index, size).map(toHex),
      keyLeaves: async (from) => ({
        leaves: log.leaves
          .filter(({ index, bytes }) => index >= from && parseLeaf(bytes).entry.doc === WORKSPACE_DOCUMENT)
          .map(({ index, bytes, payload }) => ({
            index: String(index),
            leaf: toBase64(bytes),
            payload: payload === null ? null : toBase64(payload),
          })),
        more: false,
      }),
    },
  };
  const verifier = new Verifier(options);
  await verifier.verifyNow();
  const window2 = new Verifier(options);
  await window2.load();
  log = server;
  return { verifier, window2, asked, db, restored: () => restored };
}

const grant = (log: FixtureLog, staff: Awaited<ReturnType<typeof fixtureStaff>>, userId: string) =>
  log.append(staff.system, 'role', { action: 'grant', userId, role: 'viewer' });

async function twoLogs(restored: boolean) {
  const staff = await fixtureStaff();
  const [seen, server] = [await staffedLog(staff), await staffedLog(staff)];
  const size = server.leaves.length;
  for (const userId of ['u-1', 'u-2', 'u-3']) await grant(seen, staff, userId);
  const restore = { size: String(size), root: toHex(server.tree.root()), reason: 'the disk was lost' };
  if (restored)
    await server.append(staff.system, 'restore', { ...restore, checkpoint: await seen.checkpoint(size + 1) });
  else await grant(server, staff, 'u-x');
  return { seen, server, size };
}

test('[HIST-72] a restored log is distrusted until a person vouches for it, and then followed', async () => {
  const { seen, server, size } = await twoLogs(true);
  const { verifier, asked } = await computer('restore-yes', server, seen, true);
  await expect(verifier.accept(await server.checkpoint())).rejects.toThrow('does not follow');
  expect(asked).toEqual([]);
  expect(await verifier.verifyNow()).toMatchObject({ size: size + 1 });
  expect(asked[0]).toContain(`with the first ${size} entries: the disk was lost.`);
  expect(verifier.distrust).toBe(null);
  const again = await verifier.verifyNow();
  expect(again.size).toBe(size + 1);
  expect(asked).toHaveLength(1);
});

test('[HIST-72] without a person’s word, or without the entry that says it, the distrust stays, over a restart too', async () => {
  const { seen, server } = await twoLogs(true);
  const { verifier, asked, db } = await computer('restore-no', server, seen, false);
  await expect(verifier.verifyNow()).rejects.toThrow('does not follow');
  await expect(verifier.verifyNow()).rejects.toThrow('does not follow');
  expect(asked).toHaveLength(1);
  expect((await db.distrust.toArray()).length).toBe(1);
  const other = await twoLogs(false);
  const rolledBack = await computer('restore-none', other.server, other.seen, true);
  await expect(rolledBack.verifier.verifyNow()).rejects.toThrow('does not follow');
  await expect(rolledBack.verifier.verifyNow()).rejects.toThrow('does not follow');
  expect(rolledBack.asked).toEqual([]);
});

test('[HIST-72] a log of another generation is compared before anything is signed upon it; whoever takes it up forgets what else the one before taught', async () => {
  const { seen, server, size } = await twoLogs(true);
  const { verifier, window2, restored } = await computer('restore-look', server, seen, true);
  await expect(verifier.lookAnew()).rejects.toThrow('does not follow');
  await expect(verifier.lookAnew()).rejects.toThrow('does not follow');
  expect(restored()).toBe(0);
  await verifier.verifyNow();
  expect(restored()).toBe(1);
  await verifier.lookAnew();
  // Another window of the profile holds what was verified of the log before, and goes back with the first.
  expect(window2.held?.size).toBeGreaterThan(size + 1);
  await window2.follow();
  expect([window2.held, window2.distrust, restored()]).toEqual([verifier.held, null, 2]);
});

test('[HIST-72] a checkpoint of the log before that came too late to be verified does not shut the restored one out', async () => {
  const staff = await fixtureStaff();
  const [seen, server] = [await staffedLog(staff), await staffedLog(staff)];
  const { verifier, asked } = await computer('restore-late', server, seen, true);
  for (const log of [seen, server]) await grant(log, staff, 'u-1');
  for (const userId of ['u-2', 'u-3']) await grant(seen, staff, userId);
  const size = server.leaves.length;
  const restore = { size: String(size), root: toHex(server.tree.root()), reason: 'the disk was lost' };
  await server.append(staff.system, 'restore', { ...restore, checkpoint: await seen.checkpoint() });
  await expect(verifier.accept(await seen.checkpoint())).rejects.toThrow('does not follow');
  expect(await verifier.verifyNow()).toMatchObject({ size: size + 1 });
  expect([asked.length, verifier.distrust]).toEqual([1, null]);
});
