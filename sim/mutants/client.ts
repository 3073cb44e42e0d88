// Bugs of the client: each a mistake that its rules forbid. Owns the list only.

import { readAccepted } from '../../desktop/renderer/sync/acceptedEntry.ts';
import { Connection } from '../../desktop/renderer/sync/connection.ts';
import { DraftPicture } from '../../desktop/renderer/sync/draftPicture.ts';
import { DraftStore } from '../../desktop/renderer/sync/draftStore.ts';
import type { DraftWork } from '../../desktop/renderer/sync/draftWork.ts';
import { EntryIntake } from '../../desktop/renderer/sync/entryIntake.ts';
import { SheetView } from '../../desktop/renderer/sync/sheetView.ts';
import { Room } from '../../sync-server/sync/room.ts';
import { type Mutant, patch, together } from './plant.ts';

type Unsealing = Parameters<DraftStore['unseal']>;
type Sealing = Parameters<DraftStore['seal']>;

export const CLIENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'sealedBatchForgotten',
    what: 'the batch in flight is forgotten when the app starts again',
    plant: () =>
      patch(
        DraftStore,
        'work',
        (original) =>
          async function () {
            const work = (await original.call(this)) as DraftWork;
            return { ...work, sealed: null };
          },
      ),
  },
  {
    name: 'sentAgainUnderANewNonce',
    what: 'at a start the batch in flight goes back to the queue and is signed anew',
    plant: () => {
      const seen = new WeakSet<DraftStore>();
      return patch(
        DraftStore,
        'work',
        (original) =>
          async function (this: DraftStore) {
            const work = (await original.call(this)) as DraftWork;
            if (seen.has(this) || work.sealed === null) {
              seen.add(this);
              return work;
            }
            seen.add(this);
            await this.unseal(work.sealed, [], { requeue: work.sealed.commands, dequeue: [] });
            return original.call(this);
          },
      );
    },
  },
  {
    name: 'queueOnlyInMemory',
    what: 'typed commands are not written to disk',
    plant: () => {
      let order = 1_000_000;
      return patch(
        DraftStore,
        'enqueue',
        () =>
          async ({ commands }: { readonly commands: readonly object[] }) =>
            commands.map((command) => {
              order += 1;
              return { ...command, order };
            }),
      );
    },
  },
  {
    name: 'seenIsNow',
    what: '`seen` says what the author had seen when the batch was signed, not when the command was made',
    plant: () =>
      patch(
        DraftPicture,
        'encode',
        (original) =>
          function (commands: { seen: string }[], clientId: number) {
            for (const command of commands) command.seen = String(this.size);
            return original.call(this, commands, clientId);
          },
      ),
  },
  {
    name: 'gapNotNoticed',
    what: 'a client does not look at prevDoc, and an entry is missing now and then',
    plant: () => {
      let sent = 0;
      let waiting: { index: number; leaf: Uint8Array; payload: Uint8Array }[] = [];
      return together(
        patch(
          Room,
          'deliver',
          (original) =>
            function (placed) {
              sent += 1;
              if (sent % 9 !== 0) original.call(this, placed);
            },
        ),
        patch(
          EntryIntake,
          'push',
          (original) =>
            function (index: string, leaf: Uint8Array, payload: Uint8Array) {
              const heard = original.call(this, index, leaf, payload) as boolean;
              if (heard) waiting.push({ index: Number(index), leaf, payload });
              return heard;
            },
        ),
        patch(
          EntryIntake,
          'take',
          (original) =>
            function (next: number, head: string) {
              const before = waiting;
              waiting = [];
              const taken = original.call(this, next, head) as ReturnType<EntryIntake['take']>;
              if (taken.fault === null) return taken;
              const accepted = before
                .filter(({ index }) => index >= next)
                .map(({ index, leaf, payload }) => readAccepted(index, '', leaf, payload));
              return { accepted, fault: null };
            },
        ),
      );
    },
  },
  {
    name: 'refusalDropsTheRest',
    what: 'after a refusal the commands that were not refused do not return to the queue',
    plant: () =>
      patch(
        DraftStore,
        'unseal',
        (original) =>
          function (...[batch, attention, { dequeue }]: Unsealing) {
            return original.call(this, batch, attention, { requeue: [], dequeue });
          },
      ),
  },
  {
    name: 'attentionNotKept',
    what: 'commands for a frozen version vanish instead of waiting in Needs attention',
    plant: () =>
      together(
        patch(
          DraftStore,
          'setAside',
          (original) =>
            function (commands) {
              return original.call(this, commands, []);
            },
        ),
        patch(
          DraftStore,
          'unseal',
          (original) =>
            function (...[batch, , now]: Unsealing) {
              return original.call(this, batch, [], now);
            },
        ),
      ),
  },
  {
    name: 'acceptedAndStillSealed',
    what: 'the accepted entry and the end of its sealed batch are two transactions, and the second is lost',
    plant: () =>
      patch(
        DraftStore,
        'accept',
        (original) =>
          async function (entries, expected, now) {
            const work = (await this.work()) as DraftWork;
            const own = await original.call(this, entries, expected, now);
            if (own !== null && work.sealed !== null)
              await this.seal({ ...work.sealed, commands: [] }, { deviceId: 'd', epoch: 'e', nextSeq: 0, prevDev: '' });
            return own;
          },
      ),
  },
  {
    name: 'chainNotAdvanced',
    what: 'the device’s place in its chain is not kept with the sealed batch',
    plant: () =>
      patch(
        DraftStore,
        'seal',
        (original) =>
          function (batch: Sealing[0], chain: Sealing[1]) {
            let reads = 0;
            const kept = {
              ...chain,
              // What is held is compared with the true place first, and what is kept is counted from the one before.
              get nextSeq() {
                reads += 1;
                return reads === 1 ? chain.nextSeq : chain.nextSeq - 1;
              },
            };
            return original.call(this, batch, kept);
          },
      ),
  },
  {
    name: 'overlayNotTakenOff',
    what: 'a stored command stays on top of what others write later',
    plant: () => {
      let count = 0;
      return patch(
        SheetView,
        'unqueue',
        (original) =>
          function (command) {
            count += 1;
            if (count % 5 !== 0) original.call(this, command);
          },
      );
    },
  },
  {
    name: 'oldSocketCounts',
    what: 'what an earlier socket brought counts for the next one',
    plant: () => patch(Connection, 'attempt', () => () => 0),
  },
];
