// Folds a draft whose overlay of edited cells has grown large (DESIGN §4, docs/adr/0015): the server's own entry, made in the room's turn. Owns
// when; what a fold writes and what proves it is shared/document's.
import { issueEpoch } from '../admission/epochs.ts';
import { type History, StorageUnavailable } from '../history/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { Room } from './room.ts';

/** Edited cells that may lie over the rows of a draft. */
export const FOLD_ABOVE = 100_000;

/** Lets everything run that waits for this process. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface FoldingServices {
  readonly storage: Storage;
  readonly history: History;
  /** Edited cells above which a draft is folded. */
  readonly foldAbove: number;
  readonly log: Log;
}

export class Folding {
  readonly #services: FoldingServices;
  readonly #underWay = new Set<Room>();

  constructor(services: FoldingServices) {
    this.#services = services;
  }

  /** Looks at a draft that has grown: folds it after what is being decided now, when its overlay is too large. After a fault the next edit tries again. */
  look(room: Room): void {
    if (room.draft.overlay <= this.#services.foldAbove || this.#underWay.has(room)) return;
    this.#underWay.add(room);
    room
      .run(() => this.#fold(room))
      .catch((error: unknown) => this.#failed(error, room.versionId))
      .finally(() => this.#underWay.delete(room));
  }

  #failed(error: unknown, document: string): void {
    const { log } = this.#services;
    if (error instanceof StorageUnavailable) log.warn('a draft was not folded: the disk did not take it', { document });
    else log.error('a draft could not be folded', error, { document });
  }

  /** [SRV-40] A version that is no draft any more is frozen, its documents too. */
  async #fold(room: Room): Promise<void> {
    const { storage, history } = this.#services;
    if (room.row.state !== 'DRAFT') return;
    const { draft } = room;
    const { sheets, updateOf } = draft.planFold();
    const clientIds: number[] = [];
    for (const _ of sheets)
      clientIds.push((await issueEpoch(storage, room.versionId, history.serverDeviceId)).clientId);
    // Each stretch takes long on a large draft. It is this draft's turn, so nothing changes it; between them everybody else has theirs.
    // The hash is taken of a content that the draft keeps until it changes: made here, so that both are not one stretch.
    draft.content();
    await othersTurn();
    const contentHash = draft.contentHash();
    const parts: Uint8Array[] = [];
    for (const [i, sheet] of sheets.entries()) {
      await othersTurn();
      parts.push(updateOf(sheet, clientIds[i] ?? 0));
    }
    await othersTurn();
    await history.loadServerChain();
    const part0 = {
      draftId: room.versionId,
      contentHashBefore: contentHash,
      contentHashAfter: contentHash,
      sheets: sheets.map((sheet, i) => ({ sheet, part: i + 1 })),
    };
    room.append([history.signServerEntry('fold', room.versionId, part0, parts)]);
  }
}
