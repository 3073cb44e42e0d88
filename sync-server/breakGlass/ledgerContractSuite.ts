// What every storage backend must give the ledger of emergency roles. Owns these checks; the storage's contract suite runs them.
import { leafBytes, leafHash, signatureText, toHex, utf8, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { expect, it } from 'vitest';
import { LocalDevice } from '../lifecycle/localDevice.ts';
import type { LogRow, Storage } from '../storage/port.ts';
import { EmergencyLedger } from './ledger.ts';

const START = Date.parse('2026-11-21T09:00:00.000Z');

export function emergencyContract(storageOf: () => Storage): void {
  it('[GLASS-9] the ledger finds in the log who holds a role, and for how long', async () => {
    const storage = storageOf();
    const devices = new Map(['u-ops', 'u-exporter'].map((id) => [id, new LocalDevice('w-1', id)]));
    const append = async (
      index: number,
      userId: string,
      part0: unknown,
      parts: readonly Uint8Array[],
    ): Promise<string> => {
      const device = devices.get(userId) as LocalDevice;
      const { entry, signature, payload } = device.sign('breakGlass', WORKSPACE_DOCUMENT, part0, parts);
      const serverTime = new Date(START + index * 60_000).toISOString();
      const env = { index: String(index), serverTime, prevDoc: '', policyHash: '0'.repeat(64) };
      const leaf = leafBytes({ entry, sig: signatureText(signature), env });
      const { doc, kind, user, dev, epoch, seq } = entry;
      const hash = leafHash(leaf);
      const row = { index, leaf, hash, doc, kind, user, dev, epoch, seq: Number(seq), entryHash: toHex(hash), payload };
      await storage.appendLog([row satisfies LogRow]);
      return toHex(hash);
    };
    const asked = { action: 'ask', userId: 'u-ops', role: 'approver', minutes: 20 };
    const askedHash = await append(0, 'u-ops', asked, [utf8('Nobody can be reached.')]);
    await append(1, 'u-exporter', { action: 'agree', asked: '0', askedHash }, []);
    const clock = { now: START + 2 * 60_000, steady: 0 };
    const clocks = { now: () => clock.now, steady: () => clock.steady };
    const ledger = await EmergencyLedger.load(storage, 2, clocks);
    expect(ledger.heldBy('u-ops')).toMatchObject([{ role: 'approver', agreedBy: 'u-exporter' }]);
    expect(ledger.heldBy('u-exporter')).toEqual([]);
    // A clock that stands, or is set back, does not make the term longer than the one that never runs backwards says.
    clock.now = START;
    clock.steady = 19 * 60_000;
    expect(ledger.heldBy('u-ops')).toEqual([]);
    expect(ledger.overdue()).toHaveLength(1);
    const later = await EmergencyLedger.load(storage, 2, { now: () => START + 21 * 60_000, steady: () => 0 });
    expect(later.heldBy('u-ops')).toEqual([]);
  });
}
