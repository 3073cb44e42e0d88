// Bugs of the server: each a mistake that its rules forbid. Owns the list only.
import { DraftState, type EditRequest, type FoldPlan, ROOT } from '@countersign/shared/document';
import { CLOSE } from '@countersign/shared/protocol';
import * as Y from 'yjs';
import { People } from '../../sync-server/auth/index.ts';
import type { Append } from '../../sync-server/history/index.ts';
import { Sequencer } from '../../sync-server/history/sequencer.ts';
import type { EpochRow, VersionRow } from '../../sync-server/storage/index.ts';
import { KyselyStore } from '../../sync-server/storage/kyselyStore.ts';
import { Room } from '../../sync-server/sync/room.ts';
import { type Mutant, patch, together } from './plant.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const SERVER_MUTANTS: readonly Mutant[] = [
  {
    name: 'ackBeforeFlush',
    what: '`stored` is sent when an entry has its place, before it is on disk',
    plant: () =>
      patch(
        Sequencer,
        'append',
        (original) =>
          function (items: readonly Append[]) {
            const silent = items.map(({ onStored: _, ...item }) => item);
            const appended = original.call(this, silent) as ReturnType<Sequencer['append']>;
            items.forEach(({ onStored }, i) => {
              const placed = appended.placed[i];
              if (placed !== undefined) onStored?.(placed);
            });
            return appended;
          },
      ),
  },
  {
    name: 'broadcastBeforeFlush',
    what: 'others are sent an entry before it is on disk',
    plant: () =>
      patch(
        Room,
        'append',
        (original) =>
          function (items) {
            const appended = original.call(this, items) as ReturnType<Room['append']>;
            this.deliver(appended.placed.filter(({ row }) => row.doc === this.versionId));
            return appended;
          },
      ),
  },
  {
    name: 'ackAfterFailedWrite',
    what: 'a failed write is taken for a success',
    plant: () =>
      patch(
        Sequencer,
        'append',
        (original) =>
          function (items: readonly Append[]) {
            const told = new Set<Append>();
            const wrapped = items.map((item) => ({
              ...item,
              onStored: (placed: never) => {
                told.add(item);
                item.onStored?.(placed);
              },
            }));
            const appended = original.call(this, wrapped) as ReturnType<Sequencer['append']>;
            const flushed = appended.flushed.catch(() => {
              items.forEach((item, i) => {
                const placed = appended.placed[i];
                if (placed !== undefined && !told.has(item)) item.onStored?.(placed);
              });
            });
            return { ...appended, flushed };
          },
      ),
  },
  {
    name: 'entryLeftOutOfBroadcast',
    what: 'now and then an entry is not sent to those who are connected',
    plant: () => {
      let sent = 0;
      return patch(
        Room,
        'deliver',
        (original) =>
          function (placed) {
            original.call(
              this,
              placed.filter(() => {
                sent += 1;
                return sent % 9 !== 0;
              }),
            );
          },
      );
    },
  },
  {
    name: 'catchUpSkipsOne',
    what: 'who reconnects is sent entries from one too far on',
    plant: () =>
      patch(
        KyselyStore,
        'logOfDoc',
        (original) =>
          function (doc: string, from: number, limit: number) {
            return original.call(this, doc, from === 0 ? 0 : from + 1, limit);
          },
      ),
  },
  {
    name: 'resendOvertakesFlush',
    what: 'a resend is judged while the first one is still being written',
    plant: () => patch(Sequencer, 'settled', () => async () => undefined),
  },
  {
    name: 'chainForgotten',
    what: 'the place of an entry in its device’s chain is believed instead of checked',
    plant: () =>
      patch(
        Sequencer,
        'loadChain',
        (original) =>
          async function (entry) {
            const head = await original.call(this, entry);
            return 'seq' in entry ? { nextSeq: Number(entry.seq), prevDev: entry.prevDev } : head;
          },
      ),
  },
  {
    name: 'rolesOfSignIn',
    what: 'roles are those a person had at first, not those held now',
    plant: () => {
      const first = new WeakMap<People, Map<string, unknown>>();
      return patch(
        People,
        'user',
        (original) =>
          function (id: string) {
            const known = first.get(this) ?? new Map<string, unknown>();
            first.set(this, known);
            const user = original.call(this, id);
            if (!known.has(id) && user !== null) known.set(id, user);
            return user === null ? null : known.get(id);
          },
      );
    },
  },
  {
    name: 'frozenVersionTakesEdits',
    what: 'edits of a version that is no draft any more are taken',
    plant: () =>
      patch(
        Room,
        'row',
        (original) =>
          function () {
            return { ...original.call(this), state: 'DRAFT' };
          },
      ),
  },
  {
    name: 'clientIdGivenTwice',
    what: 'two writing epochs of a version have one Yjs client id',
    plant: () =>
      together(
        patch(
          KyselyStore,
          'addEpoch',
          (original) =>
            async function (row: Mutable<EpochRow>) {
              const [other] = (await this.epochsOf(row.versionId)) as EpochRow[];
              await original.call(this, row);
              if (other !== undefined) row.clientId = other.clientId;
            },
        ),
        patch(
          KyselyStore,
          'epoch',
          (original) =>
            async function (versionId: string, ...rest: string[]) {
              const row = (await original.call(this, versionId, ...rest)) as EpochRow | null;
              const [first] = (await this.epochsOf(versionId)) as EpochRow[];
              return row === null || first === undefined ? row : { ...row, clientId: first.clientId };
            },
        ),
      ),
  },
  {
    name: 'roomKeptAfterFailedWrite',
    what: 'after a failed write the documents in memory keep what was not stored',
    plant: () => patch(Room, 'invalidate', () => () => undefined),
  },
  {
    name: 'stateNotStored',
    what: 'a version’s state changes in memory and not on disk',
    plant: () =>
      patch(
        KyselyStore,
        'putVersion',
        (original) =>
          async function (row: VersionRow) {
            if (row.state === 'DRAFT') await original.call(this, row);
          },
      ),
  },
  {
    name: 'checkpointNotStored',
    what: 'a checkpoint is published and never written down',
    plant: () => patch(KyselyStore, 'addCheckpoint', () => async () => undefined),
  },
  {
    name: 'authorMayApprove',
    what: 'the fold forgets who wrote, so that authors may approve',
    plant: () => patch(DraftState, 'authors', () => () => []),
  },
  {
    name: 'batchFromBeforeAFoldTaken',
    what: 'a batch that was made before a fold is taken after it',
    plant: () =>
      patch(
        DraftState,
        'admitEdit',
        (original) =>
          function (request: EditRequest) {
            return original.call(this, { ...request, fold: this.lastFold });
          },
      ),
  },
  {
    name: 'foldForgetsRemovals',
    what: 'a fold brings removed rows back',
    plant: () =>
      patch(
        DraftState,
        'planFold',
        (original) =>
          function (this: DraftState) {
            const plan = original.call(this) as FoldPlan;
            const updateOf: FoldPlan['updateOf'] = (sheet, clientId) => {
              const folded = new Y.Doc();
              Y.applyUpdate(folded, plan.updateOf(sheet, clientId));
              folded.getMap(ROOT.dead).clear();
              return Y.encodeStateAsUpdate(folded);
            };
            return { ...plan, updateOf };
          },
      ),
  },
  {
    name: 'slowOpeningLocksOut',
    what: 'a first message that is late closes the socket for good',
    plant: () => {
      const codes = CLOSE as { tooSlow: number };
      const before = codes.tooSlow;
      codes.tooSlow = CLOSE.notAllowed;
      return () => {
        codes.tooSlow = before;
      };
    },
  },
];
