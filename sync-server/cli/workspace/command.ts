/** What every workspace command does around its work: help when it is asked for, and words and an exit code when it does not succeed. */
import { explained } from './exitCode.ts';

/** Runs a command. Resolves to its exit code. @param parse reads the command line, and is where a wrong one is found */
export async function workspaceCommand<Parsed extends { readonly values: { readonly help: boolean } }>(
  name: string,
  usage: string,
  parse: () => Parsed,
  work: (parsed: Parsed) => Promise<number>,
): Promise<number> {
  try {
    const parsed = parse();
    if (!parsed.values.help) return await work(parsed);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    return explained(name, usage, error);
  }
}
