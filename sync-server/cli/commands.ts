// The subcommands of `countersign` and how one is found. Owns names and help; must not import a command before it is asked for.
import { EXIT_USAGE } from './exitCodes.ts';

const EXIT_SOFTWARE = 70;

/** What every command module exports. Resolves to the process's exit code. */
export interface CommandModule {
  run(args: string[]): Promise<number>;
}

interface Listed {
  readonly says: string;
  readonly load: () => Promise<CommandModule>;
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  serve: { says: 'Run the sync server on a data folder', load: () => import('./serve.ts') },
  user: { says: 'List, add and reset people of a stopped data folder', load: () => import('./user.ts') },
  preview: { says: 'Print a billing preview of a contract and its facts', load: () => import('./preview.ts') },
  contract: {
    says: 'Write, check and convert contract versions as workbooks and files',
    load: () => import('./contract.ts'),
  },
  testpack: { says: 'Run the test cases that a contract version carries', load: () => import('./testPack.ts') },
  import: { says: 'Import a file into a draft', load: () => import('./import.ts') },
  export: { says: 'Write the signed bundle of an executed version', load: () => import('./export.ts') },
  verify: { says: 'Check a bundle offline with the workspace’s public key', load: () => import('./verify.ts') },
  audit: { says: 'Write who changed what, when and why, as CSV or a signed file', load: () => import('./audit.ts') },
  'access-report': {
    says: 'List who may do what since when, and by whose decision',
    load: () => import('./accessReport.ts'),
  },
  'break-glass': {
    says: 'List, ask for, agree to or end a role held in an emergency',
    load: () => import('./breakGlass.ts'),
  },
  'log-key': { says: 'Show or change the key that the log is signed with', load: () => import('./logKey.ts') },
  witness: { says: 'Run a witness that cosigns a log’s checkpoints', load: () => import('./witness.ts') },
  fsck: { says: 'Check every entry of a data folder', load: () => import('./fsck.ts') },
  backup: { says: 'Copy a workspace into one file while it runs', load: () => import('./backup.ts') },
  restore: { says: 'Make a data folder from a backup, to any point of its log', load: () => import('./restore.ts') },
  conformance: { says: 'Run vector files and count what passes', load: () => import('./conformance.ts') },
};

/** The help text. */
export function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}`);
  return [
    'Usage: countersign <command> [options]',
    '',
    ...lines,
    '',
    '"countersign <command> --help" explains one command and its exit codes. "--json" makes any command that answers print JSON.',
    'Exit codes: 0 done, 1 a check failed or the server refused, 64 wrong command line (preview, contract, verify, fsck and',
    'conformance: 2, also for a file that cannot be read), 65 data is damaged, 69 server or database not reachable, or the port',
    'is in use, 70 internal fault, 73 not writable, 74 the disk did not take a flush, 75 folder in use, 77 the database refuses',
    'its user, 78 folder of a newer version or wrong settings.',
    '',
  ].join('\n');
}

/** Runs the command that `argv` names (without node and script). Resolves to the exit code. */
export async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return name === undefined ? EXIT_USAGE : 0;
  }
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (listed === undefined) {
    process.stderr.write(`countersign: there is no command "${name}".\n\n${help()}`);
    return EXIT_USAGE;
  }
  const module = await listed.load();
  try {
    return await module.run(rest);
  } catch (error) {
    process.stderr.write(`countersign ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_SOFTWARE;
  }
}
