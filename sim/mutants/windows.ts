// Bugs of the client between windows, after refusals and in amendments. Owns the list only.
import { DraftStore } from '../../desktop/renderer/sync/draftStore.ts';
import { EpochStore } from '../../desktop/renderer/sync/epochStore.ts';
import { OpenDraft } from '../../desktop/renderer/sync/openDraft.ts';
import { type Locks, Ownership } from '../../desktop/renderer/sync/ownership.ts';
import { SimLocks } from '../channel.ts';
import { type Mutant, patch } from './plant.ts';

export const WINDOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'windowsCommandTogether',
    what: 'two windows of one profile do not take turns at commands',
    plant: () =>
      patch(
        SimLocks,
        'of',
        (original) =>
          function (owner) {
            const locks = original.call(this, owner) as Locks;
            const request: Locks['request'] = (name, options, held) =>
              name.endsWith('/commands') ? held({}) : locks.request(name, options, held);
            return { request };
          },
      ),
  },
  {
    name: 'otherWindowsNotTold',
    what: 'a window does not tell the others of its profile that it wrote something',
    plant: () => patch(Ownership, 'wake', () => () => undefined),
  },
  {
    name: 'epochUsedAfterRefusal',
    what: 'after a refusal the next batch is signed in the epoch that ended with it',
    plant: () => {
      const first = new WeakMap<EpochStore, unknown>();
      return patch(
        EpochStore,
        'take',
        (original) =>
          async function (this: EpochStore, deviceId: string) {
            const epoch: unknown = first.get(this) ?? (await original.call(this, deviceId));
            if (epoch !== null && typeof epoch === 'object') first.set(this, epoch);
            return epoch;
          },
      );
    },
  },
  {
    name: 'lateEditsVanish',
    what: 'late edits leave Needs attention and are not made again in the amendment',
    plant: () =>
      patch(OpenDraft, 'reissue', () => async (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)),
  },
  {
    name: 'acceptedOutOfPlace',
    what: 'a computer keeps accepted entries and does not remember how far it has come',
    plant: () =>
      patch(
        DraftStore,
        'accept',
        (original) =>
          async function (this: DraftStore, entries, expected, now) {
            const own = (await original.call(this, entries, expected, now)) as string | null;
            if (entries.length > 1) await this.forgetEntries();
            return own;
          },
      ),
  },
];
