// What every storage backend must do. Owns the checks only; sqlite.test.ts and postgres.test.ts run them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emergencyContract } from '../breakGlass/ledgerContractSuite.ts';
import { identityContract } from './identityContractSuite.ts';
import { type LogRow, type Storage, UniqueViolation } from './port.ts';

/** A log row for tests; the storage does not look inside the bytes. */
export function sampleRow(index: number, more: Partial<LogRow> = {}): LogRow {
  return {
    index,
    leaf: Uint8Array.of(1, index & 255),
    hash: new Uint8Array(32).fill(index & 255),
    doc: 'v-1',
    kind: 'edit',
    user: 'u-finance',
    dev: 'd-1',
    epoch: 'e1',
    seq: index,
    entryHash: `hash${index}`,
    payload: Uint8Array.of(9, 9, index & 255),
    ...more,
  };
}

/** Registers the contract's tests against a backend; `open` gives an empty, migrated one, `reopen` the same data again. */
export function storageContract(
  name: string,
  open: () => Promise<{ storage: Storage; reopen(): Promise<Storage> }>,
): void {
  describe(`storage contract on ${name}`, () => {
    let storage: Storage;
    let reopen: () => Promise<Storage>;
    beforeEach(async () => {
      ({ storage, reopen } = await open());
    });
    afterEach(async () => {
      await storage.close();
    });

    it('[STO-1] a transaction that throws leaves nothing behind', async () => {
      const failed = storage.transaction(async (tx) => {
        await tx.appendLog([sampleRow(0)]);
        await tx.setMeta('k', 'v');
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      expect(await storage.logSize()).toBe(0);
      expect(await storage.meta('k')).toBeNull();
    });

    it('[STO-2] what a resolved transaction wrote is there after closing and opening again', async () => {
      await storage.transaction(async (tx) => {
        await tx.appendLog([sampleRow(0), sampleRow(1, { payload: null })]);
        await tx.addCheckpoint({ size: 2, note: 'note' });
      });
      await storage.close();
      storage = await reopen();
      expect(await storage.logSize()).toBe(2);
      expect(await storage.logRow(0)).toEqual(sampleRow(0));
      expect(await storage.logRow(1)).toEqual(sampleRow(1, { payload: null }));
      expect(await storage.lastCheckpoint()).toEqual({ size: 2, note: 'note' });
    });

    it('[STO-3] an index is written once, and a place in a chain is written once', async () => {
      await storage.appendLog([sampleRow(0)]);
      await expect(storage.appendLog([sampleRow(0, { seq: 5 })])).rejects.toThrow(UniqueViolation);
      await expect(storage.appendLog([sampleRow(1, { seq: 0 })])).rejects.toThrow(UniqueViolation);
      expect(await storage.logSize()).toBe(1);
    });

    it('[STO-4] a document is read in log order from any index, and pages run newest first', async () => {
      const rows = Array.from({ length: 1200 }, (_, i) => sampleRow(i, { doc: i % 2 === 0 ? 'v-1' : 'v-2' }));
      await storage.transaction((tx) => tx.appendLog(rows));
      const some = await storage.logOfDoc('v-2', 500, 3);
      expect(some.map((row) => row.index)).toEqual([501, 503, 505]);
      const page = await storage.logPage({ docs: ['v-1'], before: 100, limit: 2 });
      expect(page.map((row) => row.index)).toEqual([98, 96]);
      const bounded = await storage.logPage({ docs: ['v-1'], from: 96, before: 100, limit: 5 });
      expect(bounded.map((row) => row.index)).toEqual([98, 96]);
      expect(await storage.logPage({ users: ['u-nobody'], limit: 5 })).toEqual([]);
      expect([await storage.lastIndexOfDoc('v-1'), await storage.lastIndexOfDoc('v-9')]).toEqual([1198, null]);
      expect((await storage.leaves(1198, 10)).map((row) => row.index)).toEqual([1198, 1199]);
    });

    it('[STO-5] a Yjs client id is given once in a version, and an epoch once to a device', async () => {
      await storage.addEpoch({ versionId: 'v-1', deviceId: 'd-1', epoch: 'e1', clientId: 4294967295 });
      const again = { versionId: 'v-1', deviceId: 'd-2', epoch: 'e1', clientId: 4294967295 };
      await expect(storage.addEpoch(again)).rejects.toThrow(UniqueViolation);
      await storage.addEpoch({ ...again, versionId: 'v-2' });
      const sameEpoch = { versionId: 'v-1', deviceId: 'd-1', epoch: 'e1', clientId: 7 };
      await expect(storage.addEpoch(sameEpoch)).rejects.toThrow(UniqueViolation);
      expect(await storage.epoch('v-1', 'd-1', 'e1')).toEqual({
        versionId: 'v-1',
        deviceId: 'd-1',
        epoch: 'e1',
        clientId: 4294967295,
      });
    });

    it('[STO-6] an idempotency key is kept once, in its actor’s and route’s scope', async () => {
      const row = { scope: 'u-1 POST /x', key: 'k', bodyHash: 'h', status: 200, answer: '{}' };
      await storage.addIdempotency(row);
      await expect(storage.addIdempotency(row)).rejects.toThrow(UniqueViolation);
      await storage.addIdempotency({ ...row, scope: 'u-2 POST /x' });
      expect(await storage.idempotency('u-1 POST /x', 'k')).toEqual(row);
      expect(await storage.idempotency('u-3 POST /x', 'k')).toBeNull();
    });

    it('[STO-7] people, devices, sessions, contracts and versions come back as they were written', async () => {
      const user = { id: 'u-1', name: 'Näme', roles: ['editor', 'exporter'], says: '' };
      const device = {
        id: 'd-1',
        userId: 'u-1',
        name: 'Laptop',
        publicKey: new Uint8Array(32).fill(3),
        commandEpoch: 'c1',
        enrolledAt: 4,
        revokedAt: null,
        frozenAt: null,
      };
      const version = {
        id: 'v-1',
        contractId: 'c-1',
        kind: 'ORIGINAL',
        sequence: 1,
        title: 'First',
        state: 'DRAFT',
        baseVersionId: null,
        contentHash: null,
        effectiveFrom: null,
        createdAt: '2026-01-01T00:00:00.000Z',
        changedAt: '2026-01-01T00:00:00.000Z',
      };
      const contract = { id: 'c-1', kind: 'CONTRACT' as const, number: '1', title: 'One', counterparty: 'Station' };
      await storage.transaction(async (tx) => {
        await tx.putUser(user);
        await tx.putDevice(device);
        await tx.addSession({ tokenHash: 'aa', userId: 'u-1', expiresAt: 10 });
        await tx.addSession({ tokenHash: 'bb', userId: 'u-1', expiresAt: 20 });
        await tx.putContract(contract);
        await tx.putVersion(version);
      });
      await storage.removeSessionsBefore(10);
      expect(await storage.session('aa')).toBeNull();
      expect(await storage.session('bb')).toEqual({ tokenHash: 'bb', userId: 'u-1', expiresAt: 20 });
      expect(await storage.user('u-1')).toEqual(user);
      await storage.putDevice({ ...device, frozenAt: 9 });
      expect(await storage.device('d-1')).toEqual({ ...device, frozenAt: 9 });
      await storage.putVersion({ ...version, state: 'IN_REVIEW', contentHash: 'ff' });
      expect(await storage.versions('c-1')).toEqual([{ ...version, state: 'IN_REVIEW', contentHash: 'ff' }]);
      await expect(storage.putVersion({ ...version, id: 'v-2' })).rejects.toThrow(UniqueViolation);
      expect(await storage.contracts()).toEqual([contract]);
    });

    it('[STO-7] ids come in the order of their bytes, whatever language the database sorts by', async () => {
      const ids = ['c-Zebra', 'c-ähre', 'c-zebra', 'c-a', 'c-_'];
      for (const id of ids) {
        await storage.putContract({ id, kind: 'CONTRACT', number: '1', title: '', counterparty: '' });
        await storage.putUser({ id, name: id, roles: [], says: '' });
      }
      const expected = ['c-Zebra', 'c-_', 'c-a', 'c-zebra', 'c-ähre'];
      expect((await storage.contracts()).map(({ id }) => id)).toEqual(expected);
      expect((await storage.users()).map(({ id }) => id)).toEqual(expected);
    });

    it('[STO-7] the largest numbers and every byte come back as they were written', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const index = Number.MAX_SAFE_INTEGER - 1;
      const row = sampleRow(index, { leaf: bytes, payload: bytes, seq: Number.MAX_SAFE_INTEGER });
      await storage.transaction((tx) => tx.appendLog([row]));
      expect(await storage.logRow(index)).toEqual(row);
      expect((await storage.entryAt('d-1', 'e1', Number.MAX_SAFE_INTEGER))?.payload?.constructor).toBe(Uint8Array);
      expect(await storage.logSize()).toBe(index + 1);
    });

    it('[STO-1] a unique key met inside a transaction undoes all of it, and the storage goes on', async () => {
      await storage.appendLog([sampleRow(0)]);
      const failed = storage.transaction(async (tx) => {
        await tx.setMeta('k', 'v');
        await tx.appendLog([sampleRow(1), sampleRow(0, { seq: 7 })]);
      });
      await expect(failed).rejects.toThrow(UniqueViolation);
      expect(await storage.meta('k')).toBeNull();
      await storage.transaction((tx) => tx.appendLog([sampleRow(1)]));
      expect(await storage.logSize()).toBe(2);
    });

    identityContract(() => storage);
    emergencyContract(() => storage);

    it('[STO-8] transactions run one at a time', async () => {
      const seen: string[] = [];
      const one = storage.transaction(async (tx) => {
        seen.push('one starts');
        await tx.setMeta('n', '1');
        await tx.meta('n');
        seen.push('one ends');
      });
      const two = storage.transaction(async (tx) => {
        seen.push(`two reads ${await tx.meta('n')}`);
      });
      await Promise.all([one, two]);
      expect(seen).toEqual(['one starts', 'one ends', 'two reads 1']);
    });
  });
}
