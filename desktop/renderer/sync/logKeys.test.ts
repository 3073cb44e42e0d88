import 'fake-indexeddb/auto';
import {
  type KeyChange,
  leafHash,
  noteSigner,
  signCheckpoint,
  signerFromSeed,
  toHex,
} from '@countersign/shared/history';
import { FixtureLog, fixtureDevice, seedFor } from '@countersign/shared/history/fixture';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDatabase } from '../storage/index.ts';
import { ManualRuntime } from './testKit/manualRuntime.ts';
import { HistoryDistrusted, Verifier } from './verification.ts';

/** Entries before the client went away, then per change of the key the entries before it, then entries behind the last. */
interface Shape {
  readonly seen: number;
  readonly away: readonly number[];
  readonly behind: number;
}

const shapes = fc.record({
  seen: fc.integer({ min: 1, max: 8 }),
  away: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
  behind: fc.integer({ min: 1, max: 4 }),
});

/** A log of a shape; the same calls give the same bytes, so that logs share their beginning. */
async function logOf({ seen, away, behind }: Shape, branch = ''): Promise<FixtureLog> {
  const system = await fixtureDevice('u-system');
  const log = await FixtureLog.open(system);
  const grow = async (count: number, name: string): Promise<void> => {
    for (let i = 0; i < count; i += 1) await log.enrol(system, await fixtureDevice(`u-${name}-${i}`));
  };
  await grow(seen, 'seen');
  for (const [i, entries] of away.entries()) {
    await grow(entries, `away-${branch}-${i}`);
    await log.changeKey(system, `key ${i}`);
  }
  await grow(behind, `behind-${branch}`);
  return log;
}

/** What a server shows. */
interface Shown {
  readonly log: FixtureLog;
  readonly changes: readonly KeyChange[];
  readonly note: string;
}

const honest = async (log: FixtureLog): Promise<Shown> => ({ log, changes: log.changes, note: await log.checkpoint() });

/** A checkpoint that whoever has the seed of that name signs. */
async function signed(log: FixtureLog, seed: string, size = log.tree.size): Promise<string> {
  const signer = noteSigner(log.origin, await signerFromSeed(seedFor(seed)));
  return signCheckpoint({ origin: log.origin, size, root: log.tree.root(size) }, signer);
}

const FIRST_KEY = 'log demo';
let computers = 0;

/** A computer that accepted a log, and hears of others; `restart` opens it anew on what it kept. */
async function computer(first: Shown, pinned: string) {
  computers += 1;
  const db = await openDatabase(`log-keys-${computers}`);
  let shown = first;
  const open = async (): Promise<Verifier> => {
    const verifier = new Verifier({
      db,
      runtime: new ManualRuntime(1),
      workspace: { logOrigin: first.log.origin, vkey: pinned },
      api: {
        checkpoint: async () => ({ size: '0', note: shown.note }),
        consistency: async (from, to) => shown.log.tree.consistencyProof(from, to).map(toHex),
        inclusion: async (index, size) => shown.log.tree.inclusionProof(index, size).map(toHex),
        keyChanges: async () => [...shown.changes],
      },
    });
    await verifier.load();
    return verifier;
  };
  let verifier = await open();
  await verifier.accept(first.note);
  return {
    db,
    hear: async (next: Shown): Promise<string | null> => {
      shown = next;
      await verifier.accept(next.note).catch((error: unknown) => {
        if (!(error instanceof HistoryDistrusted)) throw error;
      });
      return verifier.distrust;
    },
    held: () => verifier.held,
    restart: async () => {
      verifier = await open();
    },
    remove: () => db.delete(),
  };
}

const NOTHING_MORE = { away: [], behind: 0 };

test('[HIST-105] a computer that was away while the key changed follows to the new key and proves its own entries under it', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const before = await logOf({ ...shape, ...NOTHING_MORE });
      const after = await logOf(shape);
      const here = await computer(await honest(before), before.vkey);
      const own = before.leaves.length - 1;
      await here.db.unproved.put({
        index: own,
        draftId: 'v-1',
        leafHash: toHex(leafHash(before.leaves[own]?.bytes ?? new Uint8Array())),
      });
      expect(await here.hear(await honest(after))).toBeNull();
      expect(here.held()).toMatchObject({ size: after.tree.size, vkey: after.vkey });
      expect(await here.db.unproved.count()).toBe(0);
      await here.restart();
      const later = await logOf({ ...shape, behind: shape.behind + 2 });
      expect(await here.hear(await honest(later))).toBeNull();
      // What only the retired key signs is another history, also after a restart.
      await here.restart();
      const evenLater = await logOf({ ...shape, behind: shape.behind + 3 });
      const retired = { ...(await honest(evenLater)), note: await signed(evenLater, FIRST_KEY) };
      expect(await here.hear(retired)).toContain('not signed by this workspace’s key');
      await here.remove();
    }),
    { numRuns: 25, seed: 105 },
  );
});

test('[HIST-105] a server that has another key and no entry that names it is found out, whatever it shows', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const before = await logOf({ ...shape, ...NOTHING_MORE });
      const plain = await logOf({ ...shape, away: [] });
      const changed = await logOf(shape);
      const elsewhere = await logOf(shape, 'other');
      const last = `key ${shape.away.length - 1}`;
      const first = changed.changes[0];
      const index = shape.seen + 1 + (shape.away[0] ?? 0);
      const lies: readonly Shown[] = [
        // No entry at all.
        { log: plain, changes: [], note: await signed(plain, 'stolen') },
        // The entry, and no proof of it.
        { log: changed, changes: [], note: await changed.checkpoint() },
        // A proved change of another history than the one that is shown.
        { log: plain, changes: elsewhere.changes, note: await signed(plain, last) },
        // A third key behind honest changes.
        { log: changed, changes: changed.changes, note: await signed(changed, 'stolen') },
        // The new key over entries of before the change.
        { log: changed, changes: first === undefined ? [] : [first], note: await signed(changed, 'key 0', index) },
      ];
      for (const lie of lies) {
        const here = await computer(await honest(before), before.vkey);
        expect(await here.hear(lie)).not.toBeNull();
        await here.remove();
      }
    }),
    { numRuns: 15, seed: 106 },
  );
});
