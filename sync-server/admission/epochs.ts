// Writing epochs: a device's right to write in one version under one Yjs client id. Owns that ids are random, unique and never given again.
import { randomBytes, randomInt } from 'node:crypto';
import { type EpochRow, type Storage, UniqueViolation } from '../storage/index.ts';

/** Yjs client ids are 32-bit; 0 is the reader's. */
const CLIENT_IDS = 2 ** 32;
/** Unused epochs a device may hold in one version; more means it lost count. */
export const MOST_EPOCHS = 4096;

/** A fresh epoch row. The unique constraint decides; a collision (1 in 2^32 a try) is drawn again. */
export async function issueEpoch(storage: Storage, versionId: string, deviceId: string): Promise<EpochRow> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const row = {
      versionId,
      deviceId,
      epoch: `e${randomBytes(12).toString('hex')}`,
      clientId: randomInt(1, CLIENT_IDS),
    };
    try {
      await storage.transaction((store) => store.addEpoch(row));
      return row;
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }
  throw new Error(`no free client id was found for ${versionId} in five draws`);
}
