// The tables that only a database shared by nodes has: leases and parts. Owns their columns; who may take what is in nodes/lease.ts and
// draftLeases.ts.
import type { Kysely } from 'kysely';
import type { MigrationSet } from '../migrations.ts';

export const leaseMigrations: MigrationSet = {
  part: 'nodes',
  steps: [
    {
      name: 'leases',
      up: async (db: Kysely<unknown>, { text, whole }) => {
        await db.schema
          .createTable('lease')
          // `log` is the workspace's sequencer, `draft:<versionId>` one version.
          .addColumn('name', text, (c) => c.primaryKey())
          // Random name of one run of one node, hex.
          .addColumn('holder', text, (c) => c.notNull())
          // Grows with every change of holder and never falls: the fencing token.
          .addColumn('token', whole, (c) => c.notNull())
          // Where the holder answers; '' for versions.
          .addColumn('url', text, (c) => c.notNull())
          // By the database's clock; null for versions, which are held as long as the log is.
          .addColumn('expires_at', 'timestamptz')
          .execute();
      },
    },
    {
      name: 'files of the data folder that every node needs',
      up: async (db: Kysely<unknown>, { text, bytes }) => {
        await db.schema
          .createTable('part')
          .addColumn('seq', 'bigserial', (c) => c.notNull().unique())
          .addColumn('kind', text, (c) => c.notNull())
          .addColumn('name', text, (c) => c.notNull())
          .addColumn('bytes', bytes, (c) => c.notNull())
          .addPrimaryKeyConstraint('part_key', ['kind', 'name'])
          .execute();
      },
    },
  ],
};
