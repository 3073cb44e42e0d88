// The real server over a storage port that fails when told to, in a process of its own. Owns the injected faults; everything above the port
// is the server as it ships. Usage: node faultyServer.ts DATA_FOLDER; lines on standard input: a fault's name, or "heal".
import { createInterface } from 'node:readline';
import { serve } from '../sync-server/cli/serve.ts';
import { type KyselyStorage, openSqlite, type Store } from '../sync-server/storage/index.ts';
import { TORTURE_CONFIG } from './template.ts';

let fault: string | null = null;

const ioError = (syscall: string): Error =>
  Object.assign(new Error(`EIO: i/o error, ${syscall}`), { code: 'EIO', errno: -5, syscall });

/** `write` fails at the first statement of a transaction; `fsync` when all have run and the commit would make them last. */
function faulty(storage: KyselyStorage): KyselyStorage {
  const transaction = <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    if (fault === 'write') return Promise.reject(ioError('write'));
    return storage.transaction(async (store) => {
      const result = await work(store);
      if (fault === 'fsync') throw ioError('fsync');
      return result;
    });
  };
  return new Proxy(storage, {
    get: (target, name) => {
      if (name === 'transaction') return transaction;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  fault = line === 'heal' ? null : line;
});
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('give a data folder');
process.exitCode = await serve(
  { ...TORTURE_CONFIG, dataDir },
  { openStorage: async (file, more) => faulty(await openSqlite(file, more)) },
);
process.stdin.destroy();
