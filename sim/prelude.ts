// How every schedule begins: a workspace whose people are signed in and enrolled and have the draft on their computers. Made once in a
// process, by a seed of its own, and put under each schedule as an image. Owns making it; what happens then is the schedule's.
import { createSample } from '../sync-server/testKit/testServer.ts';
import { SimClock } from './clock.ts';
import { Computer } from './computer.ts';
import type { DatabaseImage } from './database.ts';
import type { DatabaseData } from './idb/data.ts';
import { readDisk, removeDisk } from './idb/factory.ts';
import { LIAR, LIAR_KEY } from './liar.ts';
import { diskOf, Machine, type Place } from './machine.ts';
import { DECIDERS, WRITERS } from './people.ts';
import { Random } from './random.ts';
import { settle } from './rest.ts';
import { type Files, SimServer } from './server.ts';
import { takeOver } from './takeOver.ts';

/** The beginning of schedules. */
export interface Prelude {
  readonly draftId: string;
  readonly workspace: Place['workspace'];
  readonly adminToken: string;
  readonly database: DatabaseImage;
  readonly files: Files;
  /** By the computer's name. */
  readonly disks: ReadonlyMap<string, DatabaseData>;
  readonly tokens: ReadonlyMap<string, string>;
}

let made: Promise<Prelude> | null = null;

/** The beginning of all schedules of this process; every process makes the same one. */
export function prelude(): Promise<Prelude> {
  made ??= make();
  return made;
}

async function make(): Promise<Prelude> {
  const random = new Random('prelude');
  const clock = new SimClock();
  const giveBack = takeOver(clock, random.fork('platform'), true);
  const server = new SimServer(clock);
  try {
    await server.start();
    const { services } = server;
    const draftId = await createSample({ services } as Parameters<typeof createSample>[0]);
    const { keys } = services.history;
    const workspace = { id: services.workspace.id, origin: keys.origin, vkey: keys.vkeyText };
    const place: Place = { clock, server, random, draftId, workspace };
    const adminToken = (await services.sessions.start('u-admin')).token;
    const computers = [...WRITERS, ...DECIDERS].map(([name, userId]) => new Computer(new Machine(place, name, userId)));
    for (const computer of computers) {
      await computer.signIn();
      await computer.start();
      await computer.work.enrolment.enrol();
    }
    await services.people.enrolDevice(LIAR, LIAR_KEY, 'Liar');
    for (const computer of computers) computer.open(draftId);
    await settle(computers);
    for (const computer of computers) await computer.quit();
    await server.stop();
    const names = computers.map(({ name }) => name);
    return {
      draftId,
      workspace,
      adminToken,
      database: await server.disk.image(),
      files: server.files(),
      disks: new Map(names.map((name) => [name, readDisk(diskOf(name))])),
      tokens: new Map(computers.map(({ name, machine }) => [name, machine.token ?? ''])),
    };
  } finally {
    await server.remove();
    for (const [name] of [...WRITERS, ...DECIDERS]) removeDisk(diskOf(name));
    giveBack();
  }
}
