import { describe, expect, it } from 'vitest';
import { runCommand } from '../testKit/commandLine.ts';
import { help } from './commands.ts';

const names = [...help().matchAll(/^ {2}([a-z][\w-]*) {2,}\S/gm)].map(([, name = '']) => name);
/** Those that were published with 2 for a wrong command line or a file that cannot be read. */
const SAY_2 = ['preview', 'contract', 'verify', 'fsck', 'conformance'];

describe('help of every command', () => {
  it('[OPS-22] lists the commands and those that say 2', async () => {
    expect(names.length).toBeGreaterThan(15);
    expect(help().replaceAll('\n', ' ')).toContain('(preview, contract, verify, fsck and conformance: 2,');
    expect(await runCommand('--help')).toEqual({ code: 0, out: help(), err: '' });
    expect((await runCommand('no-such')).code).toBe(64);
  });

  it.each(names)(
    '[OPS-22] %s explains itself, names its exit codes and answers an unknown option with its own',
    async (name) => {
      const explained = await runCommand(name, '--help');
      expect(explained).toMatchObject({ code: 0, err: '' });
      expect(explained.out).toContain(`countersign ${name}`);
      expect(explained.out).toMatch(/Exit codes: 0 /);
      const wrong = await runCommand(name, '--no-such-option');
      expect(wrong.code).toBe(SAY_2.includes(name) ? 2 : 64);
      expect(wrong.err).toContain("'--no-such-option'");
      expect(explained.out).toMatch(new RegExp(`[:;, ]${wrong.code} wrong`));
    },
  );
});
