// The writing epochs of one draft on disk, and where their chains stand. Owns that an epoch is used once, by one device; asking the server
// for more is `outbox.ts`'s.
import { type ChainRecord, type EpochRecord, stored, type WorkspaceDatabase } from '../storage/index.ts';

export class EpochStore {
  readonly #db: WorkspaceDatabase;
  readonly #draftId: string;

  constructor(db: WorkspaceDatabase, draftId: string) {
    this.#db = db;
    this.#draftId = draftId;
  }

  /** Adds epochs the server issued. */
  async add(epochs: readonly Omit<EpochRecord, 'order' | 'state'>[]): Promise<void> {
    const db = this.#db;
    await stored(() =>
      db.transaction('rw', db.epochs, async () => {
        const held = await db.epochs.where({ draftId: this.#draftId }).toArray();
        const last = held.reduce((most, { order }) => Math.max(most, order), 0);
        await db.epochs.bulkPut(
          epochs.map((epoch, i) => ({ ...epoch, order: last + 1 + i, state: 'unused' as const })),
        );
      }),
    );
  }

  /** How many epochs of this device are still unused. */
  async unused(deviceId: string): Promise<number> {
    // Read in one go: a filter would have the browser stop at every epoch.
    const held = await stored(() => this.#db.epochs.where({ draftId: this.#draftId }).toArray());
    return held.filter((epoch) => epoch.state === 'unused' && epoch.deviceId === deviceId).length;
  }

  /** Spends the epoch in use, if any, and takes the next unused one of this device; null when none is left. */
  take(deviceId: string): Promise<EpochRecord | null> {
    const db = this.#db;
    return stored(() =>
      db.transaction('rw', db.epochs, async () => {
        const held = await db.epochs.where({ draftId: this.#draftId }).sortBy('order');
        const next = held.find((epoch) => epoch.state === 'unused' && epoch.deviceId === deviceId);
        // The one in use stays in use when there is no other: it may only be given up for a fresh one.
        if (next === undefined) return null;
        for (const { epoch, state } of held)
          if (state === 'current') await db.epochs.update([this.#draftId, epoch], { state: 'spent' });
        await db.epochs.update([this.#draftId, next.epoch], { state: 'current' });
        return { ...next, state: 'current' as const };
      }),
    );
  }

  /** Where a chain stands. */
  async chain(deviceId: string, epoch: string): Promise<ChainRecord> {
    const held = await stored(() => this.#db.chains.get([deviceId, epoch]));
    return held ?? { deviceId, epoch, nextSeq: 0, prevDev: '' };
  }
}
