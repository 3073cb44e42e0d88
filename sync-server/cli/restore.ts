// `countersign restore`: a data folder from a backup, whole or up to a point of the log. Owns arguments and words.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ArchiveError, type Restored, RestoreError, restore } from '../backup/index.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { explained } from './workspace/exitCode.ts';
import { UsageError } from './workspace/open.ts';

const USAGE = `countersign restore --from FILE --data DIR [--database-url URL] [--at SIZE|checkpoint] [--key FILE] [--reason TEXT] [--json]

Makes the new folder DIR from a backup: everything in it, or the first SIZE entries of its log, or as many as its newest signed
checkpoint covers. The restored log is a new generation; its next entry says what it was restored from. Clients notice, keep
their work, and offer again what the log no longer holds. Everybody signs in again.
With --database-url the workspace goes into that empty PostgreSQL database, and DIR is the folder of its first node.
Exit codes: 0 done; 1 the backup is damaged or cannot be restored to that point; 64 wrong usage; 73 DIR cannot be written.
`;

/** Runs the subcommand; resolves to its exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        from: { type: 'string' },
        data: { type: 'string' },
        'database-url': { type: 'string' },
        at: { type: 'string' },
        key: { type: 'string' },
        reason: { type: 'string', default: 'Restored by the operator' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (values.from === undefined || values.data === undefined)
      throw new UsageError('Give --from FILE and --data DIR.');
    const point = pointOf(values.at);
    const url = values['database-url'];
    const restored = await restore({
      archive: resolve(values.from),
      dataDir: resolve(values.data),
      reason: values.reason,
      now: new Date(),
      ...(url === undefined ? {} : { database: new DatabaseAddress(url) }),
      ...(point === undefined ? {} : { at: point }),
      ...(values.key === undefined ? {} : { keyFile: resolve(values.key) }),
    });
    process.stdout.write(values.json ? `${JSON.stringify(restored)}\n` : words(restored, values.data));
    return 0;
  } catch (error) {
    if (error instanceof ArchiveError || error instanceof RestoreError) {
      process.stderr.write(`countersign restore: ${error.message}${error.message.endsWith('.') ? '' : '.'}\n`);
      return 1;
    }
    return explained('restore', USAGE, error);
  }
}

function pointOf(at: string | undefined): number | 'checkpoint' | undefined {
  if (at === undefined || at === 'checkpoint') return at;
  if (!/^\d{1,15}$/.test(at)) throw new UsageError(`--at is “${at}”. Give a number of entries, or checkpoint.`);
  return Number(at);
}

function words({ size, root, generation, removed, manifest }: Restored, dataDir: string): string {
  const lines = [
    `${dataDir}: ${size} of ${manifest.size} entries of ${manifest.workspace}, root ${root}, generation ${generation}.`,
  ];
  if (removed.facts.length > 0)
    lines.push(`${removed.facts.length} fact files imported after that point are kept and recorded again.`);
  if (removed.revocations.length > 0) {
    lines.push('These were decided after that point and are undone. Decide about each again before people sign in:');
    for (const text of removed.revocations) lines.push(`  ${text}`);
  }
  return `${lines.join('\n')}\n`;
}
