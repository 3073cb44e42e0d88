// What people do in a schedule: type, insert, remove, move, choose, take back, decide. Owns the choice of what; how it is kept and sent
// is the engine's. Nothing here waits for the network.
import type { CommandKind } from '@countersign/shared/protocol/api';
import { ApiError, Offline, SessionEnded } from '../desktop/renderer/api/index.ts';
import { StorageFailure } from '../desktop/renderer/storage/index.ts';
import { DeviceRevoked } from '../desktop/renderer/sync/enrolment.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { HistoryDistrusted } from '../desktop/renderer/sync/verification.ts';
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

/** Of rounds of decisions, those that somebody misses and executes after. */
const LATE = 0.6;

/** Follows what a person began; what a person may be told is no fault, anything else is. */
function follow(computer: Computer, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    // A process that was killed in the middle says nothing to anybody.
    if (!computer.isOn || isAnswer(error)) return;
    computer.faults.push(error);
  });
}

/** What the engine tells a person in words: refused, offline, signed out, the disk, a revoked key. */
function isAnswer(error: unknown): boolean {
  const known = [ApiError, Offline, SessionEnded, StorageFailure, DeviceRevoked, HistoryDistrusted].some(
    (type) => error instanceof type,
  );
  // `settled` gives the draft's own trouble; a submission that is gone meanwhile cannot be approved.
  return known || (error instanceof Error && error.constructor === Error);
}

/** Somebody types; nothing happens where the draft is not open. */
export function type(world: World, computer: Computer): void {
  const draft = world.random.pick(computer.drafts);
  if (draft === undefined || !computer.isOn) return;
  const before = new Set(draft.unsent().commands.map(({ command }) => command.id));
  const work = typed(world, computer, draft);
  if (work === null) return;
  const made = draft
    .unsent()
    .commands.filter(({ command }) => !before.has(command.id))
    .map(({ command }) => ({ ...command }));
  follow(
    computer,
    // When the engine says that it is kept, it must be found somewhere ever after.
    work.then(() => {
      for (const command of made) computer.made.set(command.id, command);
    }),
  );
}

function typed(world: World, computer: Computer, draft: OpenDraft): Promise<unknown> | null {
  const { random } = world;
  const all = draft.rowIds('lines');
  // Where people keep to their own rows little is contested, and drafts get through to a decision.
  const own = all.filter((_, i) => i % world.writers.length === world.writers.indexOf(computer));
  const rows = world.isOrderly ? own : all;
  const row = random.pick(rows);
  const price = (): string => String(random.int(100, 999));
  const kind = random.weighted(TYPING);
  if (kind === 'undo') return draft.undo();
  if (kind === 'redo') return draft.redo();
  if (kind === 'choose') {
    const contest = random.pick(draft.contests());
    return contest === undefined ? null : draft.choose(contest, random.pick(contest.values)?.value ?? null);
  }
  if (kind === 'retry' || kind === 'discard') {
    const ids = draft.attention().map(({ id }) => id);
    for (const id of ids) computer.givenUp.add(id);
    return kind === 'retry' ? draft.retryAttention(ids) : draft.discardAttention(ids);
  }
  if (kind === 'insert') {
    const flight = { from: '2099-01-01', to: '2099-01-31', quantity: '10', rateType: 'SPOT' };
    const added = Array.from({ length: random.int(1, 4) }, () => ({
      line: `${random.int(3, 99_999)}`,
      product: 'Film',
      ...flight,
      rate: price(),
    }));
    return draft.insertRows('lines', row ?? null, added);
  }
  if (row === undefined) return null;
  if (kind === 'remove') return all.length < 2 ? null : draft.removeRows('lines', [row]);
  if (kind === 'move') return draft.moveRows('lines', [row], random.pick(rows) ?? null);
  const cell = (field: string, text: string | null, rowId = row) => ({
    sheet: 'lines' as const,
    rowId,
    field,
    typed: text,
  });
  if (kind === 'rate') return draft.edit([cell('rate', price())]);
  if (kind === 'note') return draft.edit([cell('note', random.chance(0.2) ? null : `note ${price()}`)]);
  const notes = rows.slice(0, 2).map((rowId) => cell('note', price(), rowId));
  return draft.edit([cell('rate', price()), cell('quantity', String(random.int(1, 99))), ...notes]);
}

/** Somebody submits, approves, withdraws …; the server decides whether they may. */
export function decide(world: World): void {
  const { random } = world;
  const kind = random.weighted(DECIDING as Record<CommandKind, number>);
  // Mostly somebody who may, sometimes anybody.
  const writes = kind === 'submit' || kind === 'withdraw' || (kind === 'approve' && random.chance(0.5));
  const able = writes ? world.writers : world.deciders;
  const computer = random.pick(random.chance(0.6) ? able : world.computers);
  if (computer === undefined || !computer.isOn) return;
  const versionId = random.pick([world.draftId, ...world.amendments]) ?? world.draftId;
  follow(computer, computer.work.command(versionId, kind, {}));
}

/** Edits that came after the version was executed go into an amendment. True when there were any. */
export function moveLateEdits(world: World): boolean {
  let any = false;
  for (const computer of world.writers) {
    const { draft } = computer;
    const items = draft?.attention().filter(({ code }) => code === 'frozen') ?? [];
    if (draft === null || items.length === 0 || !computer.isOn) continue;
    any = true;
    for (const { id } of items) computer.givenUp.add(id);
    const moving = computer.work.openAsAmendment(draft.draftId, items).then(({ left }) => {
      const stayed = new Set(left.map(({ id }) => id));
      world.moved.push({ computer, items: items.filter(({ id }) => !stayed.has(id)) });
    });
    follow(computer, moving);
  }
  return any;
}

/** A round of decisions as an office holds it: everything contested is settled, one submits, and everybody tries to approve. */
export async function decideInOrder(world: World): Promise<void> {
  const [first] = world.writers;
  if (first === undefined) return;
  // Somebody goes on writing without a network, and comes back when all is decided.
  const late = world.random.pick(world.writers.filter(({ machine }) => machine !== first.machine));
  const isLate = late !== undefined && world.random.chance(LATE);
  for (const contest of first.draft?.contests() ?? [])
    if (first.draft !== null) follow(first, first.draft.choose(contest, contest.values[0]?.value ?? null));
  await world.quiet();
  if (isLate) {
    late.machine.networkDown();
    for (let i = 0; i < 3; i += 1) type(world, late);
  }
  follow(first, first.work.command(world.draftId, 'submit', {}));
  await world.quiet();
  for (const computer of world.computers) {
    if (!computer.network.isUp) continue;
    follow(computer, computer.work.command(world.draftId, 'approve', {}));
    await world.quiet();
  }
  if (!isLate) return;
  follow(first, first.work.command(world.draftId, 'execute', {}));
  await world.quiet();
}
