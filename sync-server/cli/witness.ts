/** `countersign witness`: runs a witness that cosigns the checkpoints of given logs. Owns the command line. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { KeyFormatError, parseVkey } from '@countersign/shared/history';
import { serveWitness, Witness, WitnessFolderError, witnessKey } from '../witness/witnessServer.ts';
import { EXIT_USAGE } from './exitCodes.ts';

const USAGE = `Usage: countersign witness --dir DIR --log VKEY|FILE [--log …] [options]

Runs a witness: it cosigns a log's checkpoint only when it extends the last one that it cosigned, and keeps that in DIR.
Run it where the log's operator has no say. Put the line it prints into the workspace's policy file, witness.policy.

  --dir DIR      folder of the witness's key and memory; losing it means a new witness
  --name NAME    name of a new witness, such as witness.example/ours
  --log VKEY     key of a log, or a file that holds it (workspace.vkey)
  --host ADDR    address to listen on (default 127.0.0.1)
  --port N       port (default 8760; 0 lets the system choose)
  --show-key     print the policy line and exit
Exit codes: 0 stopped; 64 wrong command line or folder.
`;

/** Runs the subcommand. Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await witness(args);
  } catch (error) {
    const known = error instanceof WitnessFolderError || error instanceof KeyFormatError || error instanceof TypeError;
    if (!known) throw error;
    process.stderr.write(`countersign witness: ${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
}

async function witness(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    strict: true,
    allowPositionals: false,
    options: {
      dir: { type: 'string' },
      name: { type: 'string' },
      log: { type: 'string', multiple: true, default: [] },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8760' },
      'show-key': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.dir === undefined) throw new WitnessFolderError('Name the folder of the witness with --dir.');
  const folder = resolve(values.dir);
  const key = witnessKey(folder, values.name);
  if (values['show-key']) {
    process.stdout.write(`witness ${nameIn(key.name)} ${key.vkey}\n`);
    return 0;
  }
  if (values.log.length === 0) throw new WitnessFolderError('Name at least one log with --log.');
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : 65_536;
  if (port > 65_535) throw new WitnessFolderError(`--port is “${values.port}”. Give a whole number up to 65535.`);
  const logs = values.log.map(keyText);
  for (const log of logs) parseVkey(log);
  const { server, url } = await serveWitness(new Witness(folder, key, logs), values.host, port);
  process.stdout.write(`witness ${nameIn(key.name)} ${key.vkey} ${url}\n`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close(() => done()));
  });
  return 0;
}

/** Names within a policy have no spaces; a key name has none either. */
const nameIn = (name: string): string => name.replaceAll('/', '-');

const keyText = (text: string): string =>
  statSync(text, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(text, 'utf8').trim() : text;
