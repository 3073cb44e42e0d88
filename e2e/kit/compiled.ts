// Where processes that the tests start keep compiled code: half of a start is reading the same modules again.
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The environment of a child process with Node's compile cache. */
export function withCompiled(): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(tmpdir(), 'countersign-e2e-compiled'), ...process.env };
}
