// Entry point of the `countersign` command. Owns nothing but the exit code; the commands are listed in commands.ts.
import { mustEndAtOnce } from '../storage/leftOpen.ts';
import { dispatch } from './commands.ts';

process.exitCode = await dispatch(process.argv.slice(2));
if (mustEndAtOnce()) process.exit();
