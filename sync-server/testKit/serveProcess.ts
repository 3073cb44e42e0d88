// A server process for the kill tests: the real `serve` with demo people and one small contract.
// Usage: node serveProcess.ts DATA_FOLDER [DATABASE_URL].
import { serve } from '../cli/serve.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { SERVER_DEFAULTS, sampleSheets } from './testServer.ts';

const [, , dataDir, databaseUrl] = process.argv;
if (dataDir === undefined) throw new Error('give a data folder');

process.exitCode = await serve(
  {
    ...SERVER_DEFAULTS,
    dataDir,
    json: true,
    ...(databaseUrl === undefined ? {} : { database: new DatabaseAddress(databaseUrl) }),
  },
  {
    seed: async ({ creation }) => {
      const contract = {
        id: 'c-kill',
        kind: 'CONTRACT',
        number: 'K-1',
        title: 'Kill',
        counterparty: 'Station',
      } as const;
      await creation.createContract(contract, { id: 'v-kill00000000', title: 'Kill' }, sampleSheets());
    },
  },
);
