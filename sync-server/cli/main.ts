// Entry point of the `countersign` command. Owns nothing but the exit code; the commands are listed in commands.ts.
import { dispatch } from './commands.ts';

process.exitCode = await dispatch(process.argv.slice(2));
