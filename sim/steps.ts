// One thing that happens to a workspace. Owns what may happen and how often; how long a schedule goes on is the schedule's.
import { decide, moveLateEdits, type as typeSomething } from './actions.ts';
import { importSomething, revokeDevice } from './admin.ts';
import type { Computer } from './computer.ts';
import type { DiskFault } from './disk.ts';
import { lie } from './liar.ts';
import { CHANGING_ROLES } from './people.ts';
import type { Random } from './random.ts';
import { turns } from './turns.ts';
import type { World } from './world.ts';

/** How often each thing happens, against the others. */
const STEPS = {
  type: 34,
  up: 16,
  down: 14,
  deliverAll: 6,
  cut: 3,
  cutAtClient: 2,
  lose: 0.5,
  networkDown: 2,
  networkUp: 5,
  time: 6,
  decide: 10,
  role: 1,
  revoke: 0.3,
  import: 1,
  late: 2,
  lie: 0.5,
  squeeze: 0.6,
  kill: 1.5,
  dieAtWrite: 1,
  quit: 0.7,
  switchOn: 6,
  serverCrash: 0.7,
  serverStop: 0.3,
  serverStart: 5,
  diskFault: 1.2,
  diskSlow: 1.5,
  diskFlush: 3,
  skew: 0.5,
} as const;
const FAULTS: readonly DiskFault[] = ['refuse', 'dieBeforeCommit', 'dieAfterCommit'];
const YEAR_MS = 365 * 86_400_000;
/** Message numbers that may be sent twice: a repeated `open` is refused by rule. */
const REPEATABLE = new Set([110, 120]);
/** More turns of the event loop than one thing needs for its first consequences. */
export const SETTLE_TURNS = 6;

export type Weights = Record<keyof typeof STEPS, number>;

/** Every schedule has a climate of its own, so that some have no crash at all and others little else. */
export function weather(random: Random): Weights {
  const weights: Weights = { ...STEPS };
  for (const name of Object.keys(weights) as (keyof Weights)[]) weights[name] *= random.pick([0, 0.5, 1, 1, 3]) ?? 1;
  // Without these nothing moves or nothing comes back.
  for (const name of ['type', 'up', 'down', 'switchOn', 'serverStart'] as const) weights[name] ||= STEPS[name];
  return weights;
}

/** Lets the next thing happen, and says which before it does. */
export async function step(world: World, weights: Weights, say: (what: string) => void): Promise<void> {
  const { random, server, clock } = world;
  const computer = random.pick(world.computers) as Computer;
  const writer = random.pick(world.writers) as Computer;
  const someone = random.chance(0.85) ? writer : computer;
  const { network } = someone;
  const line = random.pick(network.lines);
  const what = random.weighted(weights);
  say(what);
  switch (what) {
    case 'type':
      return typeSomething(world, writer);
    case 'up':
      for (let i = random.int(1, 5); i > 0; i -= 1)
        line?.deliverUp(REPEATABLE.has(line.nextUp() ?? 0) && random.chance(0.2));
      return;
    case 'down':
      for (let i = random.int(1, 9); i > 0; i -= 1) line?.deliverDown();
      return;
    case 'deliverAll':
      network.deliverAll();
      return;
    case 'cut':
      return line?.cut();
    case 'cutAtClient':
      return line?.cutAtClient();
    case 'lose':
      return line?.lose();
    case 'networkDown':
      network.loss = random.pick([0, 0, 10, 30]) ?? 0;
      return someone.machine.networkDown();
    case 'networkUp':
      someone.machine.networkUp();
      if (computer.isOn) computer.work.online();
      return;
    case 'time':
      return clock.advance(random.pick([50, 500, 3_000, 25_000, 50_000]) ?? 0);
    case 'decide':
      return decide(world);
    case 'role': {
      const [userId, role] = random.pick(CHANGING_ROLES) ?? ['', ''];
      // Not waited for: what is under way meets the change.
      world.changeRole(userId, random.chance(0.5) ? 'grant' : 'revoke', role).catch(() => undefined);
      return;
    }
    case 'revoke':
      return revokeDevice(world, random.pick(world.machines));
    case 'import':
      return importSomething(world);
    case 'late':
      moveLateEdits(world);
      return;
    case 'lie':
      // Not waited for: its server may die in the middle.
      lie(world).catch((error: unknown) => world.server.isUp && world.faults.push(error));
      return;
    case 'squeeze':
      return squeeze(world);
    case 'kill':
      return computer.kill();
    case 'dieAtWrite':
      return world.armDeath(computer.machine);
    case 'quit':
      return computer.quit();
    case 'switchOn':
      return switchOn(world);
    case 'serverCrash':
      return server.crash();
    case 'serverStop':
      return server.stop();
    case 'serverStart':
      server.disk.flush();
      return server.start();
    case 'diskFault':
      server.disk.fault = random.pick(FAULTS) ?? null;
      return;
    case 'diskSlow':
      return server.disk.slowDown();
    case 'diskFlush':
      return server.disk.flush();
    case 'skew':
      if (random.chance(0.5)) server.skew = random.int(-60_000, 60_000);
      else computer.machine.skew = random.int(-10, 11) * YEAR_MS;
      return;
  }
}

/** Something is taken from somebody, and while its leaf is being written everything arrives that was on its way. */
async function squeeze(world: World): Promise<void> {
  const { random, server } = world;
  const writer = random.pick(world.writers) as Computer;
  typeSomething(world, writer);
  await turns(SETTLE_TURNS);
  server.disk.slowDown();
  if (random.chance(0.3)) revokeDevice(world, writer.machine);
  else {
    const [userId, role] = random.pick(CHANGING_ROLES.filter(([id]) => id === writer.userId)) ?? ['', ''];
    world.changeRole(userId, 'revoke', role).catch(() => undefined);
  }
  await turns(SETTLE_TURNS);
  for (let round = 0; round < 3; round += 1) {
    for (const { network } of world.writers) network.deliverAll();
    await turns(SETTLE_TURNS);
  }
}

async function switchOn(world: World): Promise<void> {
  for (const computer of world.computers) if (!computer.isOn) await computer.start();
  world.openAll();
}
