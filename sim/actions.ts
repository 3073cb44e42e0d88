// What people do in a schedule: type, insert, remove, move, choose, take back, decide. Owns the choice of what; how it is kept and sent
// is the engine's. Nothing here waits for the network.
import type { CommandKind } from '@countersign/shared/protocol/api';
import { ApiError, Offline, SessionEnded } from '../desktop/renderer/api/index.ts';
import { StorageFailure } from '../desktop/renderer/storage/index.ts';
import type { Computer } from './computer.ts';
import type { World } from './world.ts';

const TYPING = {
  rate: 30,
  note: 10,
  several: 8,
  insert: 10,
  remove: 5,
  move: 4,
  undo: 5,
  redo: 2,
  choose: 12,
  retry: 4,
  discard: 2,
} as const;

const DECIDING: Readonly<Partial<Record<CommandKind, number>>> = {
  submit: 8,
  withdraw: 3,
  requestChanges: 2,
  approve: 6,
  reopen: 3,
  execute: 2,
  amend: 1,
};

/** Follows what a person began; what a person may be told is no fault, anything else is. */
function follow(computer: Computer, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    // A process that was killed in the middle says nothing to anybody.
    if (!computer.isOn || isAnswer(error)) return;
    computer.faults.push(error);
  });
}

/** What the engine tells a person in words: refused, offline, signed out, the disk. */
function isAnswer(error: unknown): boolean {
  const known = [ApiError, Offline, SessionEnded, StorageFailure].some((type) => error instanceof type);
  // `settled` gives the draft's own trouble; a submission that is gone meanwhile cannot be approved.
  return known || (error instanceof Error && error.constructor === Error);
}

/** Somebody types; nothing happens where the draft is not open. */
export function type(world: World, computer: Computer): void {
  const { draft } = computer;
  if (draft === null || !computer.isOn) return;
  const { random } = world;
  const rows = draft.rowIds('lines');
  const row = random.pick(rows);
  const kind = random.weighted(TYPING);
  const cell = (field: string, typed: string | null) =>
    row === undefined ? [] : [{ sheet: 'lines' as const, rowId: row, field, typed }];
  const price = (): string => String(random.int(100, 999));
  switch (kind) {
    case 'rate':
      return follow(computer, draft.edit(cell('rate', price())));
    case 'note':
      return follow(computer, draft.edit(cell('note', random.chance(0.2) ? null : `note ${price()}`)));
    case 'several':
      return follow(
        computer,
        draft.edit([
          ...cell('rate', price()),
          ...cell('quantity', String(random.int(1, 99))),
          ...rows.slice(0, 2).map((rowId) => ({ sheet: 'lines' as const, rowId, field: 'note', typed: price() })),
        ]),
      );
    case 'insert': {
      const values = { line: price(), product: 'Film', from: '2099-01-01', to: '2099-01-31', rate: price() };
      const added = Array.from({ length: random.int(1, 4) }, () => values);
      return follow(computer, draft.insertRows('lines', row ?? null, added));
    }
    case 'remove':
      return row === undefined || rows.length < 2 ? undefined : follow(computer, draft.removeRows('lines', [row]));
    case 'move':
      return row === undefined
        ? undefined
        : follow(computer, draft.moveRows('lines', [row], random.pick(rows) ?? null));
    case 'undo':
      return follow(computer, draft.undo());
    case 'redo':
      return follow(computer, draft.redo());
    case 'choose': {
      const contest = random.pick(draft.contests());
      if (contest !== undefined) follow(computer, draft.choose(contest, random.pick(contest.values)?.value ?? null));
      return;
    }
    case 'retry':
    case 'discard': {
      const ids = draft.attention().map(({ id }) => id);
      for (const id of ids) computer.givenUp.add(id);
      return follow(computer, kind === 'retry' ? draft.retryAttention(ids) : draft.discardAttention(ids));
    }
  }
}

/** Somebody submits, approves, withdraws …; the server decides whether they may. */
export function decide(world: World): void {
  const computer = world.random.pick(world.computers);
  if (computer === undefined || !computer.isOn) return;
  const kind = world.random.weighted(DECIDING as Record<CommandKind, number>);
  follow(computer, computer.work.command(world.draftId, kind, {}));
}
