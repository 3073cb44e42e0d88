import { decodePayload, fromHex, parseLeaf, toBase64, toHex, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import {
  FIXTURE_VERSION,
  type FixtureDevice,
  type FixtureLog,
  fixtureDevice,
  fixtureStaff,
  signedVersion,
  staffedLog,
} from '@countersign/shared/history/fixture';
import { describe, expect, test } from 'vitest';
import type { CheckpointRecord } from '../storage/index.ts';
import { type AcceptedEntry, readAccepted } from './acceptedEntry.ts';
import { SignerBook } from './signerBook.ts';

/** A server that tells the key leaves of a fixture log; `hide` leaves some out, as a dishonest one might. */
function bookOf(log: FixtureLog, hide: (index: number) => boolean = () => false, heldSize: number | null = null) {
  let asked = 0;
  const leaves = () =>
    log.leaves
      .filter(({ bytes }) => parseLeaf(bytes).entry.doc === WORKSPACE_DOCUMENT)
      .map(({ index, bytes, payload }) => ({
        index: String(index),
        leaf: toBase64(bytes),
        payload: parseLeaf(bytes).entry.kind === 'key' && payload !== null ? toBase64(payload) : null,
      }));
  const held = (): CheckpointRecord | null =>
    heldSize === null
      ? null
      : {
          id: 'current',
          note: '',
          size: heldSize,
          root: toHex(log.tree.root(heldSize)),
          at: '2026-01-05T10:00:00.000Z',
        };
  const book = new SignerBook({
    now: () => '2026-01-05T10:00:00.000Z',
    workspaceId: log.workspace,
    held,
    api: {
      keyLeaves: async (from) => {
        asked += 1;
        return { leaves: leaves().filter(({ index }) => Number(index) >= from && !hide(Number(index))), more: false };
      },
      inclusion: async (index, size) => log.tree.inclusionProof(index, size).map(toHex),
    },
  });
  return { book, asked: () => asked };
}

function entriesOf(log: FixtureLog, from = 0): AcceptedEntry[] {
  return log.leaves
    .filter(({ index, bytes }) => index >= from && parseLeaf(bytes).entry.doc === FIXTURE_VERSION)
    .map(({ index, bytes, payload }) => readAccepted(index, FIXTURE_VERSION, bytes, payload ?? new Uint8Array()));
}

const edit = (log: FixtureLog, by: FixtureDevice, changed = {}) => {
  const command = { id: 'x', sheet: 'lines', rowId: 'r-aaaaaaaaaaaa', field: 'rate', from: '1', to: '2', seen: '0' };
  const part0 = { draftId: FIXTURE_VERSION, commands: [command], updates: [] };
  return log.append(by, 'edit', part0, { doc: FIXTURE_VERSION, epoch: 'e9', ...changed });
};

async function lived(): Promise<{ log: FixtureLog; staff: Awaited<ReturnType<typeof fixtureStaff>> }> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await signedVersion(log, staff);
  return { log, staff };
}

describe('[HIST-70] other people’s entries', () => {
  test('an honest log is believed, and its keys are asked for once', async () => {
    const { log } = await lived();
    const { book, asked } = bookOf(log, undefined, log.tree.size);
    const entries = entriesOf(log);
    for (const entry of entries) await book.require([entry]);
    await book.require(entries);
    expect(asked()).toBe(1);
  });

  test('a device that is enrolled later is asked for when its first entry comes', async () => {
    const { log, staff } = await lived();
    const { book, asked } = bookOf(log);
    await book.require(entriesOf(log));
    const second = await fixtureDevice('u-ops', 'd-ops-2');
    await log.enrol(staff.ops, second);
    const index = await edit(log, second);
    await book.require(entriesOf(log, index));
    expect(asked()).toBe(2);
  });

  test('a signature by another key is refused, and named', async () => {
    const { log, staff } = await lived();
    const { book } = bookOf(log);
    const index = await edit(log, { ...staff.ops, signer: staff.finance.signer });
    await expect(book.require(entriesOf(log, index))).rejects.toMatchObject({
      name: 'UntrustedEntry',
      code: 'signature',
      index,
      message: expect.stringMatching(/by device d-u-ops.*not good/),
    });
  });

  test('an entry that the author did not sign as it stands is refused', async () => {
    const { log, staff } = await lived();
    const { book } = bookOf(log);
    const index = await edit(log, staff.ops, {
      alterLeaf: (leaf: { entry: object }) => ({
        ...leaf,
        entry: { ...leaf.entry, devTime: '2031-01-01T00:00:00.000Z' },
      }),
    });
    await expect(book.require(entriesOf(log, index))).rejects.toMatchObject({ code: 'signature', index });
  });

  test('nobody signs for another person, for the server, or unenrolled', async () => {
    const { log, staff } = await lived();
    const { book } = bookOf(log);
    const borrowed = await edit(log, { ...staff.ops, userId: 'u-finance' });
    await expect(book.require(entriesOf(log, borrowed).slice(0, 1))).rejects.toMatchObject({ code: 'signature' });
    const forged = await log.append(
      staff.ops,
      'import',
      {
        draftId: FIXTURE_VERSION,
        fileHash: '0'.repeat(64),
        fileName: 'f',
        rows: 0,
        sheets: [],
        commands: [],
        by: 'u-finance',
      },
      { doc: FIXTURE_VERSION },
    );
    await expect(book.require(entriesOf(log, forged).slice(0, 1))).rejects.toMatchObject({
      code: 'signer',
      message: expect.stringContaining('Only a system device signs entries of kind import'),
    });
    const stranger = await edit(log, await fixtureDevice('u-ops', 'd-stranger'));
    await expect(book.require(entriesOf(log, stranger))).rejects.toMatchObject({
      code: 'signer',
      message: expect.stringContaining('which nobody enrolled'),
    });
  });

  test('what a device signed before its revocation stands, what comes after does not', async () => {
    const { log, staff } = await lived();
    const before = await edit(log, staff.ops);
    const revoked = await log.revoke(staff.system, staff.ops);
    const after = await edit(log, staff.ops);
    const { book } = bookOf(log);
    await book.require(entriesOf(log, before).slice(0, 1));
    await expect(book.require(entriesOf(log, after))).rejects.toMatchObject({
      code: 'revoked',
      index: after,
      message: `The server sent entry ${after} of device d-u-ops, whose key was revoked by entry ${revoked}.`,
    });
  });

  test('a revocation that the server told late convicts the entries it let through meanwhile', async () => {
    const { log, staff } = await lived();
    let hidden = true;
    const revoked = await log.revoke(staff.system, staff.ops);
    const { book } = bookOf(log, (index) => hidden && index >= revoked);
    const after = await edit(log, staff.ops);
    await book.require(entriesOf(log, after));
    hidden = false;
    await expect(book.follow()).rejects.toMatchObject({ code: 'revoked', index: after });
  });

  test('a list of keys with a hole, or one that is not the log’s, is refused', async () => {
    const { log, staff } = await lived();
    await log.enrol(staff.system, await fixtureDevice('u-late'));
    const holed = bookOf(log, (index) => index === 2);
    await expect(holed.book.follow()).rejects.toMatchObject({ code: 'keys', message: /does not follow/ });
    const other = await staffedLog(await fixtureStaff());
    await other.append(staff.system, 'role', { action: 'grant', userId: 'u-x', role: 'viewer' });
    const { book } = bookOf(log, undefined, null);
    await book.follow();
    const mixed = new SignerBook({
      now: () => '2026-01-05T10:00:00.000Z',
      workspaceId: log.workspace,
      held: () => ({ id: 'current', note: '', size: 6, root: toHex(fromHex('ab'.repeat(32))), at: '' }),
      api: {
        keyLeaves: async () => ({
          leaves: log.leaves.slice(0, 6).map(({ index, bytes, payload }) => ({
            index: String(index),
            leaf: toBase64(bytes),
            payload: payload === null ? null : toBase64(payload),
          })),
          more: false,
        }),
        inclusion: async (index, size) => log.tree.inclusionProof(index, size).map(toHex),
      },
    });
    await expect(mixed.follow()).rejects.toMatchObject({ code: 'keys', message: /not the one in the log/ });
  });

  test('a key leaf whose content is not what was signed is refused', async () => {
    const { log } = await lived();
    const [first] = log.leaves;
    const payload = Uint8Array.from(first?.payload ?? []);
    expect(decodePayload(payload)).toHaveLength(1);
    payload[payload.length - 4] = (payload[payload.length - 4] ?? 0) ^ 1;
    const book = new SignerBook({
      now: () => '2026-01-05T10:00:00.000Z',
      workspaceId: log.workspace,
      held: () => null,
      api: {
        keyLeaves: async () => ({
          leaves: [{ index: '0', leaf: toBase64(first?.bytes ?? payload), payload: toBase64(payload) }],
          more: false,
        }),
        inclusion: async () => [],
      },
    });
    await expect(book.follow()).rejects.toMatchObject({ code: 'keys', index: 0 });
  });
});
