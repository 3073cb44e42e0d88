// The database every life of several nodes begins with, and the key that its nodes share. Owns making it once and copying it.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerNode } from '../sync-server/nodes/index.ts';
import { DatabaseAddress } from '../sync-server/storage/index.ts';
import { startPostgres, type TestPostgres } from '../sync-server/testKit/postgres.ts';
import type { Member } from './members.ts';
import { enrolMembers, seedDrafts, TORTURE_CONFIG } from './template.ts';

export interface DatabaseTemplate {
  readonly postgres: TestPostgres;
  readonly members: readonly Member[];
  /** A copy of the database; gives its address. */
  copy(name: string): Promise<string>;
  /** A new folder for a node, with the workspace's key. */
  nodeFolder(name: string): string;
  drop(name: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a PostgreSQL server and the template in it, with a node in this process. `root` is where folders go. */
export async function makeDatabaseTemplate(root: string): Promise<DatabaseTemplate> {
  const postgres = await startPostgres();
  const url = await postgres.database();
  const dataDir = join(root, 'node-template');
  const node = await ServerNode.start({ ...TORTURE_CONFIG, dataDir }, new DatabaseAddress(url), { seed: seedDrafts });
  const members = await enrolMembers(node.url);
  await node.stop();
  const original = new URL(url).pathname.slice(1);
  return {
    postgres,
    members,
    copy: async (name) => {
      await postgres.run(`create database ${name} template ${original}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    drop: async (name) => void (await postgres.run(`drop database ${name} with (force)`)),
    nodeFolder: (name) => {
      const folder = join(root, name);
      mkdirSync(folder, { mode: 0o700 });
      copyFileSync(join(dataDir, 'server.key'), join(folder, 'server.key'));
      return folder;
    },
    remove: async () => {
      await postgres.dispose();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
