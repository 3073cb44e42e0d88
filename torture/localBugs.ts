// Bugs that the runs of broken local data have to find, as somebody could make them. Owns the list; planting is the simulator's.
import { Dexie } from 'dexie';
import { StorageFailure, WorkspaceDatabase } from '../desktop/renderer/storage/index.ts';
import type { UnsentWork } from '../desktop/renderer/storage/unsentWork.ts';
import { DraftEngine } from '../desktop/renderer/sync/draftEngine.ts';
import { DraftFaults } from '../desktop/renderer/sync/draftFaults.ts';
import { DraftSaving } from '../desktop/renderer/sync/draftSaving.ts';
import { DraftStore } from '../desktop/renderer/sync/draftStore.ts';
import { Ownership } from '../desktop/renderer/sync/ownership.ts';
import { type Mutant, patch } from '../sim/mutants/plant.ts';
import type { LocalKind } from './localKinds.ts';

/** A bug, the runs in which it shows, and the first seed from 1 on that finds it. */
interface LocalBug extends Mutant {
  readonly kind: LocalKind;
  readonly seed: number;
}

export const LOCAL_BUGS: readonly LocalBug[] = [
  {
    name: 'refusedForEver',
    kind: 'full',
    seed: 1,
    what: 'what a full disk refused is not tried again',
    plant: () => patch(DraftSaving, 'later', () => () => undefined),
  },
  {
    name: 'saysKept',
    kind: 'full',
    seed: 1,
    what: 'the status does not say that the disk has not taken a change',
    plant: () => patch(DraftEngine, 'isKept', () => () => true),
  },
  {
    name: 'exportsTheDisk',
    kind: 'deleted',
    seed: 1,
    what: 'the file lacks what was never on the disk',
    plant: () =>
      patch(
        DraftEngine,
        'unsent',
        (original) =>
          function () {
            const work = original.call(this) as UnsentWork;
            return { ...work, commands: work.commands.filter(({ order }) => order !== undefined) };
          },
      ),
  },
  {
    name: 'madeAnew',
    kind: 'deleted',
    seed: 1,
    what: 'a database that was deleted is opened again by the next write, empty',
    plant: () =>
      patch(
        WorkspaceDatabase,
        'open',
        () =>
          function () {
            return Dexie.prototype.open.call(this);
          },
      ),
  },
  {
    name: 'deletionForgotten',
    kind: 'deleted',
    seed: 1,
    what: 'that the data was deleted is said once, and no more after the next write',
    plant: () => patch(DraftFaults, 'worst', () => () => null),
  },
  {
    name: 'unreadIsEmpty',
    kind: 'corrupt',
    seed: 23,
    what: 'a disk that cannot be read is taken for an empty one',
    plant: () =>
      patch(
        DraftStore,
        'read',
        (original) =>
          async function (this: DraftStore, from: number) {
            try {
              return await original.call(this, from);
            } catch (error) {
              if (!(error instanceof StorageFailure)) throw error;
              const nothing = { queue: [], sealed: null, attention: [], invalid: [], unproved: 0, offered: null };
              return { work: { draft: this.blank(), ...nothing }, entries: [] };
            }
          },
      ),
  },
  {
    name: 'otherWindowsNotTold',
    kind: 'twoWindows',
    seed: 1,
    what: 'a window does not tell the others of its profile that it wrote something',
    plant: () => patch(Ownership, 'wake', () => () => undefined),
  },
];
