// A month offline: everybody writes on the train for as long as they may (SYNC-53) and tries to for the rest of thirty days, then all come home at once. The real engines and server over the
// simulator's clock, network and disks. Owns the month and the coming home; the checks are the simulator's.
import '../sim/platform.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { check } from '../sim/checks.ts';
import type { Computer } from '../sim/computer.ts';
import { Promises } from '../sim/promises.ts';
import type { Random } from '../sim/random.ts';
import { isAtRest, World } from '../sim/world.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** [SYNC-53] So long one edits without the server; an hour more or less is the simulator's own. */
const GRANT_MS = 14 * DAY_MS;
const ABOUT_MS = 3_600_000;
/** Of the edits, those that go to rows of others. */
const ELSEWHERE = 0.02;
const INSERTS = 0.05;
const SECOND_MS = 1000;
const MOST_SECONDS = 3600;

export interface SoakFigures {
  devices: number;
  /** What people typed, and how much of it was denied because the server had not been heard for 14 days. */
  edits: number;
  denied: number;
  /** Commands kept on some disk, and those that the log has in the end. */
  kept: number;
  logged: number;
  /** From the moment in which the networks are there until nobody lacks anything: of the simulated clock, and of this machine. */
  simulatedSeconds: number;
  seconds: number;
  /** Milliseconds for the first and the last hundredth of the edits, each. */
  firstEditMs: number;
  lastEditMs: number;
  readonly problems: string[];
}

/** The first world, from a seed on, in which two or three people write, as many as are wanted, each on a computer of their own. */
async function worldOf(seed: number, devices: number): Promise<World> {
  for (let next = seed; ; next += 1) {
    const world = await World.create(next, 'middle');
    if (new Set(world.writers.map(({ machine }) => machine)).size === devices && world.writers.length === devices)
      return world;
    await world.remove();
  }
}

/** [TORT-11] `edits` edits on each of `devices` computers within thirty days without a network, then everybody together again. */
export async function soak(seed: number, devices: number, edits: number): Promise<SoakFigures> {
  const world = await worldOf(seed, devices);
  const promises = new Promises();
  const figures: SoakFigures = {
    devices,
    edits: devices * edits,
    denied: 0,
    kept: 0,
    logged: 0,
    simulatedSeconds: 0,
    seconds: 0,
    firstEditMs: 0,
    lastEditMs: 0,
    problems: [],
  };
  try {
    for (const { network } of world.computers) network.onServerSent = (bytes) => promises.hear(bytes);
    for (const { machine } of world.writers) machine.networkDown();
    await world.quiet();
    const some = Math.max(1, Math.floor(edits / 100));
    let begun = performance.now();
    for (let i = 0; i < edits; i += 1) {
      if (i === some) figures.firstEditMs = (performance.now() - begun) / some / devices;
      if (i === edits - some) begun = performance.now();
      world.clock.advance(MONTH_MS / edits);
      for (const writer of world.writers) await writeOrBeDenied(world, writer, (MONTH_MS / edits) * (i + 1), figures);
    }
    figures.lastEditMs = (performance.now() - begun) / some / devices;
    await comeHome(world, figures);
    await world.heal();
    figures.kept = world.writers.reduce((sum, { made }) => sum + made.size, 0);
    const verdict = await check(world, promises);
    figures.logged = verdict.figures.logged;
    figures.problems.push(...verdict.problems, ...promises.unhandled());
  } finally {
    promises.stop();
    await world.remove();
  }
  return figures;
}

/** Writes, or is denied: never before the 14 days are over, and always after. */
async function writeOrBeDenied(world: World, writer: Computer, offlineMs: number, figures: SoakFigures): Promise<void> {
  const denied = writer.draft !== null && writer.draft.editDenial() !== null;
  const isNear = Math.abs(offlineMs - GRANT_MS) < ABOUT_MS;
  if (!isNear && denied !== offlineMs > GRANT_MS)
    figures.problems.push(`${writer.name} ${denied ? 'was denied' : 'wrote'} after ${offlineMs / DAY_MS} days offline`);
  if (denied) figures.denied += 1;
  await write(world, writer);
}

async function write({ random, writers }: World, writer: Computer): Promise<void> {
  const { draft } = writer;
  if (draft === null) throw new Error(`${writer.name} has nothing open`);
  const rows = draft.rowIds('lines');
  if (random.chance(INSERTS)) {
    const line = `${writers.indexOf(writer) + 1}${rows.length}`;
    const flight = { from: '2099-01-01', to: '2099-01-31', quantity: '10', rateType: 'SPOT', rate: '100' };
    await draft.insertRows('lines', rows.at(-1) ?? null, [{ line, product: 'Film', ...flight }]);
    return;
  }
  const rowId = rowOf(draft, random, writers.length, writers.indexOf(writer));
  if (rowId === undefined) return;
  const isNote = random.chance(0.3);
  const typed = isNote ? `note ${random.int(0, 1e9)}` : String(random.int(100, 99_999));
  await draft.edit([{ sheet: 'lines', rowId, field: isNote ? 'note' : 'rate', typed }]);
}

/** Mostly a row of one's own. */
function rowOf(draft: OpenDraft, random: Random, people: number, place: number): string | undefined {
  const rows = draft.rowIds('lines');
  if (random.chance(ELSEWHERE)) return random.pick(rows);
  // The first rows are everybody's, the others whoever inserted them.
  return random.pick(rows.filter((_, i) => i % people === place));
}

/** Everybody has a network again and signs in, since no session lasts a month. */
async function comeHome(world: World, figures: SoakFigures): Promise<void> {
  const begun = performance.now();
  for (const { machine } of world.writers) machine.networkUp();
  for (const computer of world.computers) await world.signInAgain(computer);
  for (const { work } of world.writers) work.online();
  for (; figures.simulatedSeconds < MOST_SECONDS; figures.simulatedSeconds += 1) {
    await world.quiet();
    if (world.writers.every(isAtRest)) break;
    world.clock.advance(SECOND_MS);
  }
  figures.seconds = (performance.now() - begun) / 1000;
  if (!world.writers.every(isAtRest)) figures.problems.push(`not everybody came to rest within ${MOST_SECONDS} s`);
}
