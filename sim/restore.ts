// A disaster of the server: its database is lost, and a backup from earlier takes its place. Owns making the backup, restoring it by the
// server's own code and telling people to sign in again; what the computers do about it is theirs.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Offline } from '../desktop/renderer/api/index.ts';
import { DATABASE, RestoreError, type RestoreOptions, restore, takeSnapshot } from '../sync-server/backup/index.ts';
import { DatabaseImage, type Row } from './database.ts';
import type { Promises } from './promises.ts';
import { settle } from './rest.ts';
import { FOLDERS } from './server.ts';
import type { World } from './world.ts';

/** Schedules in which the server's database is lost once. */
const DISASTERS = 0.06;
/** Of restores, those that go back further than the backup. */
const EARLIER = 0.4;
/** Of computers, those whose person signs in again at once. */
const PROMPT = 0.7;

/** When in a schedule the backup is made and the database lost, in steps; null when it is not. */
export function planDisaster(world: World, steps: number): { readonly backup: number; readonly loss: number } | null {
  const random = world.random.fork('disaster');
  if (!random.chance(DISASTERS)) return null;
  const backup = random.int(0, Math.ceil(steps * 0.6));
  return { backup, loss: random.int(backup + 1, steps + 1) };
}

/** A backup that was made, in a folder of its own. */
export class Backup {
  readonly #folder = mkdtempSync(join(FOLDERS, 'countersign-sim-backup-'));

  get archive(): string {
    return join(this.#folder, 'backup.tar');
  }
  get dataDir(): string {
    return join(this.#folder, 'restored');
  }

  /**
   * Copies the running server's database. Real files are written, so nothing else may be under way: everything comes to rest first.
   * Null while the server is down.
   */
  static async make(world: World): Promise<Backup | null> {
    const { server, clock } = world;
    server.disk.flush();
    await settle(world.computers);
    if (!server.isUp) return null;
    const made = new Backup();
    const source = { dataDir: server.folder, storage: await server.disk.contents() };
    const snapshot = await takeSnapshot(source, { withKeys: true, now: new Date(clock.now) });
    try {
      await pipeline(Readable.from(snapshot.bytes()), createWriteStream(made.archive));
    } finally {
      await snapshot.remove();
    }
    return made;
  }

  /** The database is lost; the server starts again on the backup. Nothing happens when that would undo the beginning of a version. */
  async restore(world: World, promises: Promises): Promise<void> {
    const { server, random } = world;
    server.crash();
    await settle(world.computers);
    const size = await this.#restoreFiles(world);
    if (size === null) return server.start();
    await server.disk.replace(this.#image());
    promises.forgetFrom(size);
    await world.beginGeneration();
    for (const computer of world.computers)
      if (computer.isOn && computer.network.isUp && random.chance(PROMPT))
        await world.signInAgain(computer).catch((error: unknown) => {
          // Lost on its way: they try again when the network is mended.
          if (!(error instanceof Offline)) throw error;
        });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Gives the size of what was kept; null when the backup is of no use here. */
  async #restoreFiles(world: World): Promise<number | null> {
    const { random, clock, server } = world;
    const disk = await server.disk.contents();
    const versions = await disk.versions();
    const begins = await Promise.all(versions.map(async ({ id }) => (await disk.logOfDoc(id, 0, 1))[0]?.index ?? 0));
    const least = Math.max(...begins) + 1;
    const options: RestoreOptions = {
      archive: this.archive,
      dataDir: this.dataDir,
      reason: 'simulated',
      now: new Date(clock.now),
    };
    try {
      const { manifest, size } = await restore(options);
      if (size < least) return null;
      if (!random.chance(EARLIER)) return size;
      const at = random.int(least, manifest.size + 1);
      rmSync(this.dataDir, { recursive: true });
      return (await restore({ ...options, at })).size;
    } catch (error) {
      // Some points cannot be gone back to; the restore says so and makes nothing.
      if (error instanceof RestoreError) return null;
      throw error;
    }
  }

  #image(): DatabaseImage {
    const db = new DatabaseSync(join(this.dataDir, DATABASE), { readOnly: true });
    try {
      const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
      const tables = new Map<string, readonly Row[]>();
      for (const { name } of names)
        if (typeof name === 'string') tables.set(name, db.prepare(`SELECT * FROM "${name}"`).all());
      return new DatabaseImage(tables);
    } finally {
      db.close();
    }
  }
}
