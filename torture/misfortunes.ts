// What befalls several nodes over one database. Owns each misfortune from its first moment until the last process goes on; must not know what is
// checked after it.
import type { Random } from '../sim/random.ts';
import type { TestPostgres } from '../sync-server/testKit/postgres.ts';
import type { Fleet, FleetNode } from './fleet.ts';

export interface Scene {
  readonly fleet: Fleet;
  readonly postgres: TestPostgres;
  readonly random: Random;
  /** Says that the misfortune happens now: how long nothing can be written is counted from here. */
  hit(): void;
}

export interface Misfortune {
  readonly name: string;
  befall(scene: Scene): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The node comes back with its folder, as a supervisor starts it. */
async function restart(fleet: Fleet, node: FleetNode): Promise<void> {
  await fleet.start(node.dataDir);
}

/** Stands still for longer than its lease lives, and goes on when another one has led for a while. */
async function standStill({ fleet, random, hit }: Scene): Promise<void> {
  const leader = await fleet.leader();
  const before = await fleet.lease();
  leader.process.signal('SIGSTOP');
  hit();
  await fleet.leader(({ token }) => token > (before?.token ?? 0));
  await pause(random.int(0, 1500));
  leader.process.signal('SIGCONT');
}

export const MISFORTUNES: readonly Misfortune[] = [
  {
    name: 'leader killed',
    befall: async ({ fleet, hit }) => {
      const leader = await fleet.leader();
      hit();
      await fleet.kill(leader);
      await restart(fleet, leader);
    },
  },
  { name: 'leader stands still', befall: standStill },
  {
    name: 'commit cut off',
    befall: async ({ fleet, random, hit }) => {
      const { proxy } = await fleet.leader();
      // Every write ends in one; the load goes on until it comes.
      const cut = proxy.cutAtCommit(random.chance(0.5) ? 'afterCommit' : 'beforeCommit');
      hit();
      await cut;
    },
  },
  {
    name: 'database stopped at once',
    befall: async ({ postgres, random, hit }) => {
      await postgres.kill();
      await pause(random.int(0, 4000));
      await postgres.start();
      hit();
    },
  },
  {
    name: 'connections silent',
    befall: async ({ fleet, hit }) => {
      const { proxy } = await fleet.leader();
      proxy.silence();
      hit();
    },
  },
  {
    name: 'follower killed',
    befall: async ({ fleet, random, hit }) => {
      const node = await fleet.follower(random);
      if (node === null) throw new Error('there is no node that follows');
      hit();
      await fleet.kill(node);
      await restart(fleet, node);
    },
  },
  {
    name: 'sessions terminated',
    befall: async ({ fleet, random, hit }) => {
      const leader = await fleet.leader();
      hit();
      await fleet.terminateSessions(leader, random.chance(0.3));
    },
  },
  {
    name: 'all nodes killed',
    befall: async ({ fleet, hit }) => {
      const nodes = [...fleet.nodes];
      await Promise.all(nodes.map((node) => fleet.kill(node)));
      hit();
      await Promise.all(nodes.map((node) => restart(fleet, node)));
    },
  },
  {
    name: 'leader cut off from the database',
    befall: async ({ fleet, random, hit }) => {
      const leader = await fleet.leader();
      const before = await fleet.lease();
      leader.proxy.part();
      hit();
      await fleet.leader(({ token }) => token > (before?.token ?? 0));
      await pause(random.int(0, 1500));
      leader.proxy.heal();
    },
  },
  {
    name: 'another node joins and the leader leaves in order',
    befall: async ({ fleet, hit }) => {
      await fleet.start();
      const leader = await fleet.leader();
      hit();
      await fleet.stop(leader);
    },
  },
  {
    name: 'database answers late',
    befall: async ({ fleet, random, hit }) => {
      const { proxy } = await fleet.leader();
      proxy.delay(random.int(50, 400));
      hit();
      await pause(random.int(1000, 4000));
      proxy.delay(0);
    },
  },
  {
    name: 'leader hesitates',
    befall: async ({ fleet, random, hit }) => {
      const { process } = await fleet.leader();
      process.signal('SIGSTOP');
      hit();
      await pause(random.int(100, 2000));
      process.signal('SIGCONT');
    },
  },
  {
    name: 'a node that follows is cut off from the database',
    befall: async ({ fleet, random, hit }) => {
      const node = await fleet.follower(random);
      if (node === null) throw new Error('there is no node that follows');
      node.proxy.part();
      hit();
      await pause(random.int(500, 5000));
      node.proxy.heal();
    },
  },
];
