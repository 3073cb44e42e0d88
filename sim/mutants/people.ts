// Bugs of the server around people, devices and what stands in the log. Owns the list only.
import { People } from '../../sync-server/auth/index.ts';
import type { Append, Placed } from '../../sync-server/history/index.ts';
import { Sequencer } from '../../sync-server/history/sequencer.ts';
import { Views } from '../../sync-server/lifecycle/index.ts';
import type { DeviceRow, LogRow, UserRow } from '../../sync-server/storage/index.ts';
import { KyselyStore } from '../../sync-server/storage/kyselyStore.ts';
import { Room } from '../../sync-server/sync/room.ts';
import { type Mutant, patch, together } from './plant.ts';

/** Asks the original, but while `change` runs gives what was true before it. */
function lateBy(read: string, change: string, keyOf: (...args: never[]) => string): () => void {
  const before = new Map<string, unknown>();
  return together(
    patch(
      People,
      change,
      (original) =>
        async function (this: People, ...args: never[]) {
          const key = keyOf(...args);
          before.set(key, Reflect.apply(Reflect.get(this, read) as () => unknown, this, [key]));
          try {
            return await original.apply(this, args);
          } finally {
            before.delete(key);
          }
        },
    ),
    patch(
      People,
      read,
      (original) =>
        function (key: string) {
          return before.get(key) ?? original.call(this, key);
        },
    ),
    patch(People, 'stillStands', () => () => true),
  );
}

export const PEOPLE_MUTANTS: readonly Mutant[] = [
  {
    name: 'roleTakenAfterItsLeaf',
    what: 'a role is taken from memory only when its leaf is stored, and nobody asks again where an entry is appended',
    plant: () => lateBy('user', 'changeRole', (userId: string) => userId),
  },
  {
    name: 'deviceRevokedLate',
    what: 'a key is taken from memory only when its leaf is stored, and nobody asks again where an entry is appended',
    plant: () => lateBy('device', 'revokeDevice', ({ id }: DeviceRow) => id),
  },
  {
    name: 'roleChangeNotStored',
    what: 'a role that was taken is taken in memory and in the log, and is back after a restart',
    plant: () =>
      patch(
        KyselyStore,
        'putUser',
        (original) =>
          async function (this: KyselyStore, row: UserRow) {
            const held = await this.user(row.id);
            if (held === null || held.roles.length <= row.roles.length) await original.call(this, row);
          },
      ),
  },
  {
    name: 'lostUpdateOfRoles',
    what: 'two changes of one person’s roles at once: each is made upon what was there before both',
    plant: () => {
      const first = new Map<string, { readonly row: UserRow; uses: number }>();
      return patch(
        KyselyStore,
        'putUser',
        (original) =>
          async function (row: UserRow) {
            const known = first.get(row.id);
            // Every third change of somebody writes what another one had read earlier.
            if (known !== undefined && known.uses % 3 === 2)
              await original.call(this, { ...row, roles: known.row.roles });
            else await original.call(this, row);
            first.set(row.id, { row: known?.row ?? row, uses: (known?.uses ?? 0) + 1 });
          },
      );
    },
  },
  {
    name: 'payloadLost',
    what: 'now and then an entry is stored without its payload',
    plant: () => {
      let rows = 0;
      return patch(
        KyselyStore,
        'appendLog',
        (original) =>
          function (all: readonly LogRow[]) {
            rows += 1;
            return original.call(this, rows % 25 === 0 ? all.map((row) => ({ ...row, payload: null })) : all);
          },
      );
    },
  },
  {
    name: 'entriesOutOfOrder',
    what: 'a page of entries comes in another order than the log has',
    plant: () =>
      patch(
        KyselyStore,
        'logOfDoc',
        (original) =>
          async function (...args: unknown[]) {
            const rows = (await original.apply(this, args)) as LogRow[];
            const [last, before] = [rows.at(-1), rows.at(-2)];
            return last === undefined || before === undefined || rows.length < 5
              ? rows
              : [...rows.slice(0, -2), last, before];
          },
      ),
  },
  {
    name: 'snapshotNotRenewed',
    what: 'decisions are bound to the content as it was when the version was opened',
    plant: () => {
      const first = new WeakMap<Room, unknown>();
      return patch(
        Room,
        'snapshot',
        (original) =>
          function (this: Room) {
            const known: unknown = first.get(this) ?? original.call(this);
            first.set(this, known as object);
            return known;
          },
      );
    },
  },
  {
    name: 'contestsForgottenAtSubmit',
    what: 'a draft is submitted while cells are contested',
    plant: () =>
      patch(
        Views,
        'view',
        (original) =>
          async function (...args: unknown[]) {
            const view = (await original.apply(this, args)) as object;
            return { ...view, contests: [] };
          },
      ),
  },
  {
    name: 'ackNamesAnotherPlace',
    what: 'now and then `stored` names the place of the entry before',
    plant: () => {
      let told = 0;
      return patch(
        Sequencer,
        'append',
        (original) =>
          function (items: readonly Append[]) {
            const wrong = items.map((item) => ({
              ...item,
              onStored: (placed: Placed) => {
                told += 1;
                const row = { ...placed.row, index: placed.row.index - (told % 9 === 0 ? 1 : 0) };
                item.onStored?.({ ...placed, row });
              },
            }));
            return original.call(this, wrong);
          },
      );
    },
  },
];
