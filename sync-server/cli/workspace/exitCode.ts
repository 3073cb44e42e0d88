/** What a workspace command says when it does not succeed. Owns words on stderr and exit codes (docs in commands.ts). */
import { isDiskFault, StorageError } from '../../storage/index.ts';
import { EXIT_USAGE } from '../exitCodes.ts';
import { RefusedByServer, ServerNotReached } from './client.ts';
import { UsageError } from './open.ts';

const EXIT_REFUSED = 1;
const EXIT_NOT_REACHED = 69;
const EXIT_CANNOT_WRITE = 73;

/** What to do about a file or folder that cannot be read or written. */
const FILES: Readonly<Record<string, string>> = {
  EACCES: 'Check its owner and mode, or run the command as the user that the server runs as.',
  ENOENT: 'Check the path.',
  EISDIR: 'Give a file, not a folder.',
  ENOTDIR: 'Check the path: a part of it is a file.',
  EROFS: 'The file system can only be read. Give another place.',
  ENOSPC: 'Free space, or give another place. Nothing was left behind.',
};

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
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in FILES) {
    say(`${error.message}. ${FILES[error.code]}`);
    return EXIT_CANNOT_WRITE;
  }
  if (isDiskFault(error)) {
    say(`${error instanceof Error ? error.message : String(error)}. ${FILES.ENOSPC}`);
    return EXIT_CANNOT_WRITE;
  }
  throw error;
}
