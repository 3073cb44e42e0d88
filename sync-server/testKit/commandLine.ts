// The real command line inside the test's own process. Owns catching what it prints; nothing of what it does is replaced.
import { vi } from 'vitest';
import { dispatch } from '../cli/commands.ts';

export interface CommandRun {
  /** The exit code. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `countersign ARGS` here and keeps what it writes to both outputs. @throws what the command throws */
export async function runCommand(...args: readonly string[]): Promise<CommandRun> {
  const told = { out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      told.out += String(text);
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told.err += String(text);
      return true;
    }),
  ];
  try {
    const code = await dispatch([...args]);
    return { code, ...told };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
