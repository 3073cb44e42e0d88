/** What a workspace command says when it does not succeed. Owns words on stderr and exit codes (docs in commands.ts). */
import { StorageError } from '../../storage/index.ts';
import { EXIT_USAGE } from '../exitCodes.ts';
import { RefusedByServer, ServerNotReached } from './client.ts';
import { UsageError } from './open.ts';

const EXIT_REFUSED = 1;
const EXIT_NOT_REACHED = 69;
const EXIT_CANNOT_WRITE = 73;

/** Prints the reason and gives the exit code. @throws what is none of ours. */
export function explained(command: string, usage: string, error: unknown): number {
  const say = (text: string): void => void process.stderr.write(`countersign ${command}: ${text}\n`);
  if (error instanceof UsageError || (error instanceof TypeError && 'code' in error)) {
    say(`${error.message}\n\n${usage}`);
    return EXIT_USAGE;
  }
  if (error instanceof RefusedByServer) {
    say(error.message);
    return EXIT_REFUSED;
  }
  if (error instanceof ServerNotReached) {
    say(error.message);
    return EXIT_NOT_REACHED;
  }
  if (error instanceof StorageError) {
    say(`${error.message} ${error.action}`);
    return error.exitCode;
  }
  if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EACCES' || error.code === 'ENOENT' || error.code === 'EROFS')
  ) {
    say(`${error.message}.`);
    return EXIT_CANNOT_WRITE;
  }
  throw error;
}
