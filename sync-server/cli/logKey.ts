// `countersign log-key`: shows the key that the log is signed with, and changes it. Owns the arguments and the words; the steps are in
// history/logKeyChange.ts.
import { parseArgs } from 'node:util';
import { indexOfKeyChange } from '@countersign/shared/history';
import { ConfigError, type ServerConfig } from '../config/index.ts';
import { type ChangedKey, changeLogKey } from '../history/index.ts';
import type { Services } from '../services.ts';
import { StorageError } from '../storage/index.ts';
import { EXIT_USAGE } from './exitCodes.ts';
import { onWorkspaceAlone, placeConfig, WorkspaceIsLed } from './workspace/alone.ts';

const EXIT_REFUSED = 1;
const EXIT_CONFIG = 78;

const HELP = `Usage: countersign log-key show   --data DIR [--json]
       countersign log-key change --data DIR --reason TEXT [--json]

The key that a log's checkpoints are signed with, of a data folder whose server is stopped. "change" makes a new key: an entry of the
log names it, both keys sign the checkpoint that ends with that entry, and the old private key is gone. Clients, bundles,
witnesses and verifiers that know the old key follow. Do it once a year. It does not help when the key leaked: see "Key custody".

  --data DIR          data folder (default countersign-data)
  --database-url URL  the PostgreSQL database, as for "serve"; every node must be stopped
  --reason TEXT       kept in the entry
  --json              print JSON

Exit codes: 0 done; 1 a server leads the workspace; 64 wrong command line; 65 data is damaged; 75 a server runs on the folder; 78 wrong settings.
`;

/** Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const asked = parse(args);
    if (asked === null) process.stdout.write(HELP);
    else await onWorkspaceAlone(asked.config, (services) => act(services, asked));
    return 0;
  } catch (error) {
    return explain(error);
  }
}

interface Asked {
  readonly config: ServerConfig;
  readonly act: string;
  readonly reason: string;
  readonly json: boolean;
}

function parse(args: readonly string[]): Asked | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: {
      data: { type: 'string' },
      'database-url': { type: 'string' },
      reason: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const [act, ...rest] = positionals;
  if ((act !== 'show' && act !== 'change') || rest.length > 0) throw new TypeError('Give one of show and change.');
  const reason = values.reason.trim();
  if (act === 'change' && reason === '') throw new TypeError('--reason is missing.');
  return { config: placeConfig(values), act, reason, json: values.json };
}

async function act({ folder, storage, history }: Services, { act: name, reason, json, config }: Asked): Promise<void> {
  if (name === 'show') {
    const changes = await history.keyChanges();
    const shown = { vkey: history.keys.vkeyText, changedBy: changes.map(indexOfKeyChange) };
    const times = changes.length === 0 ? 'It was never changed.' : `Changed by entries ${shown.changedBy.join(', ')}.`;
    process.stdout.write(json ? `${JSON.stringify(shown)}\n` : `${shown.vkey}\n${times}\n`);
    return;
  }
  const changed = await changeLogKey({ folder, storage, history }, reason);
  process.stdout.write(json ? `${JSON.stringify(changed)}\n` : words(changed, config.database !== undefined));
}

function words({ vkey, previous, index }: ChangedKey, hasNodes: boolean): string {
  const nodes = hasNodes ? 'Copy server.key to every other node before it starts.\n' : '';
  return `Entry ${index} changed the log's key.\n  was ${previous}\n  is  ${vkey}\nPublish the new key beside the old one, and make a backup now: an older one holds a key that no longer signs.\n${nodes}`;
}

function explain(error: unknown): number {
  const say = (text: string): void => void process.stderr.write(`countersign log-key: ${text}\n`);
  if (error instanceof TypeError) {
    say(`${error.message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (error instanceof StorageError) {
    say(`${error.message} ${error.action}`);
    return error.exitCode;
  }
  if (error instanceof WorkspaceIsLed || error instanceof ConfigError) {
    say(error.message);
    return error instanceof WorkspaceIsLed ? EXIT_REFUSED : EXIT_CONFIG;
  }
  throw error;
}
