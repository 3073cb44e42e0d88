// How a version stands, for everybody who asks: what its log and its content say of decisions, without who decides. Owns reading it once after
// a change: a list of what waits for somebody asks hundreds of versions, of which nobody has anything open.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Blocker as WireBlocker } from '@countersign/shared/protocol/api';
import type { Storage, VersionRow } from '../storage/index.ts';
import type { Room } from '../sync/room.ts';
import type { LifecycleRecord } from './record.ts';
import { Remembered } from './remembered.ts';
import { standingOf, type VersionSituation, type VersionView } from './situation.ts';

/** A version at its newest stored entry. */
export interface Standing {
  readonly row: VersionRow;
  readonly situation: VersionSituation;
  /** What stands in the way of a submission, in words. */
  readonly blockers: readonly WireBlocker[];
  readonly record: Pick<LifecycleRecord, 'submitted' | 'approvals' | 'executed' | 'changesRequested'>;
}

export interface StandingsServices {
  readonly storage: Pick<Storage, 'lastIndexOfDoc'>;
  /** Reads a version from its room, after everything accepted is stored. @throws Problem 404 */
  readonly reading: <T>(versionId: string, work: (room: Room) => Promise<T>) => Promise<T>;
  /** Runs in `reading`. */
  readonly view: (room: Room) => Promise<VersionView>;
  readonly now: () => Date;
}

export class Standings {
  readonly #services: StandingsServices;
  readonly #known = new Remembered<Standing>();

  constructor(services: StandingsServices) {
    this.#services = services;
  }

  /** [SRV-45] @throws Problem 404 */
  async of(row: VersionRow): Promise<Standing> {
    const { storage, reading, view, now } = this.#services;
    const { id, state, changedAt } = row;
    // Whether a draft reaches back is a matter of the day; of others the day of their submission decides.
    const day = state === 'DRAFT' ? now().toISOString().slice(0, 10) : '';
    const stamp = `${state} ${changedAt} ${day} ${await storage.lastIndexOfDoc(id)}`;
    return this.#known.of(id, stamp, async () => {
      // Awaiting the disk lets nobody else in: a list of hundreds would be read in one stretch.
      await nextTurn();
      return reading(id, async (room) => read(room, await view(room)));
    });
  }
}

function read(room: Room, view: VersionView): Standing {
  const { submitted, approvals, executed, changesRequested } = room.record;
  return {
    row: view.row,
    situation: standingOf(room, view),
    blockers: [...view.contests, ...view.problems],
    record: { submitted, approvals, executed, changesRequested },
  };
}
