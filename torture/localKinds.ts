// What goes wrong with the local data of one computer. Owns the four kinds; the people around it are `localScene.ts`.
import { alterStore, clearDisk, hasDisk } from '../sim/idb/factory.ts';
import { type Access, breakDisk, type Refusal, soundAgain } from '../sim/idb/faults.ts';
import { KeyRange } from '../sim/idb/keys.ts';
import type { Random } from '../sim/random.ts';
import { turns } from '../sim/turns.ts';
import { onDisk } from './localLedger.ts';
import type { Scene } from './localScene.ts';

export type LocalKind = 'full' | 'deleted' | 'corrupt' | 'twoWindows';

/** Steps before something goes wrong, while it is, and after. */
const BEFORE: readonly [number, number] = [3, 20];
const DURING: readonly [number, number] = [2, 16];
const AFTER: readonly [number, number] = [2, 12];
/** More turns of the event loop than a window needs to hear that its data is gone. */
const TOLD_TURNS = 12;
/** What a damaged disk may not give back. */
const TABLES = [
  'drafts',
  'entries',
  'queue',
  'sealed',
  'epochs',
  'chains',
  'attention',
  'invalid',
  'undo',
  'offered',
  'unproved',
  'checkpoint',
  'device',
  'grant',
  'answers',
] as const;

async function steps(scene: Scene, [from, to]: readonly [number, number]): Promise<void> {
  for (let left = scene.random.int(from, to); left > 0; left -= 1) await scene.step();
}

const damaged = (): DOMException => new DOMException('Internal error.', 'UnknownError');

/** There is no room: for every write or some, said at the request or at the commit. */
function noRoom(random: Random): Refusal {
  const at: Access = random.chance(0.5) ? 'write' : 'commit';
  const share = random.pick([1, 1, 0.6, 0.3]) ?? 1;
  return (what) =>
    what === at && random.chance(share) ? new DOMException('There is no room.', 'QuotaExceededError') : null;
}

async function full(scene: Scene): Promise<void> {
  const { databaseName } = scene.machine;
  for (let times = scene.random.int(1, 4); times > 0; times -= 1) {
    await steps(scene, BEFORE);
    breakDisk(databaseName, noRoom(scene.random));
    if (scene.random.chance(0.5)) scene.type();
    await steps(scene, DURING);
    soundAgain(databaseName);
  }
}

async function deleted(scene: Scene): Promise<void> {
  const { random, machine, windows, ledger } = scene;
  await steps(scene, BEFORE);
  if (random.chance(0.4)) machine.networkDown();
  for (let i = random.int(0, 3); i > 0; i -= 1) scene.type();
  // Sometimes in the middle of writing or sending.
  await turns(random.int(0, 12));
  ledger.look();
  const before = onDisk(machine);
  if (random.chance(0.5)) clearDisk(machine.databaseName);
  else indexedDB.deleteDatabase(machine.databaseName);
  // A write may meet the data that is gone before the window has heard of it.
  if (random.chance(0.5)) scene.type();
  await turns(TOLD_TURNS);
  ledger.gone(machine, before, windows);
  for (const { name, drafts } of windows)
    for (const draft of drafts)
      if (draft.status().trouble === null) ledger.problems.push(`${name} does not say that its data was deleted`);
  await steps(scene, DURING);
  if (hasDisk(machine.databaseName)) ledger.problems.push('the data was made anew under a window that was open');
  await scene.startOver();
  await steps(scene, AFTER);
}

/** Bytes of accepted entries change, or whole records are missing. */
function rot({ random, machine }: Scene): void {
  for (let times = random.int(1, 4); times > 0; times -= 1)
    alterStore(machine.databaseName, 'entries', (store) => {
      const { record } = random.pick(store.find(new KeyRange(undefined, undefined), null)) ?? {};
      if (record === undefined) return;
      if (random.chance(0.25)) {
        store.delete(KeyRange.only(record.key));
        return;
      }
      const value = record.value as { readonly leaf: Uint8Array; readonly payload: Uint8Array };
      const field = random.chance(0.5) ? 'leaf' : 'payload';
      const bytes = value[field].slice();
      const at = random.int(0, bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 8));
      store.put({ key: record.key, value: { ...value, [field]: bytes } }, false);
    });
}

/** The opening, or the reading of one table, fails. */
function unreadable(random: Random): Refusal {
  if (random.chance(0.25)) return (what) => (what === 'open' ? damaged() : null);
  const table = random.pick(TABLES) ?? 'queue';
  const alsoWrites = random.chance(0.3);
  return (what, stores) =>
    stores.includes(table) && (what === 'read' || (alsoWrites && (what === 'write' || what === 'commit')))
      ? damaged()
      : null;
}

async function corrupt(scene: Scene): Promise<void> {
  const { random, machine, windows } = scene;
  await steps(scene, BEFORE);
  if (random.chance(0.5)) {
    rot(scene);
    // Found while it is open, or at the next start.
    await steps(scene, DURING);
    await restartAll(scene);
    await steps(scene, AFTER);
    return;
  }
  breakDisk(machine.databaseName, unreadable(random));
  await steps(scene, DURING);
  if (random.chance(0.6)) await restartAll(scene);
  await steps(scene, DURING);
  await scene.wait();
  await scene.wait();
  scene.ledger.mustShow(machine, windows);
  if (random.chance(0.4)) {
    // It passes: whoever was told to opens the workspace again.
    soundAgain(machine.databaseName);
    for (const computer of windows)
      if (computer.drafts.some((draft) => draft.status().trouble !== null)) await scene.quit(computer);
    for (const computer of windows) await scene.start(computer);
  } else await scene.startOver();
  await steps(scene, AFTER);
}

async function restartAll(scene: Scene): Promise<void> {
  for (const computer of scene.windows) {
    if (scene.random.chance(0.5)) scene.kill(computer);
    else await scene.quit(computer);
  }
  for (const computer of scene.windows) await scene.start(computer);
}

const WINDOWS = { steps: 80, kill: 5, quit: 4, start: 16, freeze: 4, thaw: 10, full: 3, room: 5, death: 3 } as const;

async function twoWindows(scene: Scene): Promise<void> {
  const { random, machine, windows, world, ledger } = scene;
  for (let left = random.int(40, 90); left > 0; left -= 1) {
    const computer = random.pick(windows);
    if (computer === undefined) return;
    switch (random.weighted(WINDOWS)) {
      case 'kill':
        scene.kill(computer);
        break;
      case 'quit':
        // A frozen window is not closed by hand.
        if (computer.isOn && !computer.network.isFrozen) await scene.quit(computer);
        break;
      case 'start':
        await scene.start(computer);
        break;
      case 'freeze':
        computer.freeze();
        break;
      case 'thaw':
        computer.thaw();
        break;
      case 'full':
        breakDisk(machine.databaseName, noRoom(random));
        break;
      case 'room':
        soundAgain(machine.databaseName);
        break;
      case 'death':
        world.armDeath(machine);
        break;
      default:
        await scene.step();
    }
    for (const gone of windows) if (!gone.isOn) ledger.died(gone);
  }
  for (const computer of windows) computer.thaw();
}

/** How many windows the person has open, and what goes wrong. */
export const LOCAL_KINDS: Readonly<
  Record<LocalKind, { readonly windows: (random: Random) => number; readonly go: (scene: Scene) => Promise<void> }>
> = {
  full: { windows: (random) => random.int(1, 3), go: full },
  deleted: { windows: (random) => random.int(1, 3), go: deleted },
  corrupt: { windows: (random) => random.int(1, 3), go: corrupt },
  twoWindows: { windows: () => 2, go: twoWindows },
};
