import { expect, it } from 'vitest';
import { type CommandRun, runCommand } from '../testKit/commandLine.ts';
import { scratchFolder } from '../testKit/scratchFolder.ts';

const scratch = scratchFolder();
const good = { id: 'a', model: 'unit', params: { unit_amount: '5' }, quantity: '2', expected: { amount: '10' } };
const bad = { ...good, id: 'b', expected: { amount: '11' } };

const judge = (...vectors: object[]): Promise<CommandRun> =>
  runCommand('conformance', scratch.write('vectors.json', JSON.stringify({ vectors })));
const lastLine = ({ out }: CommandRun): string | undefined => out.trimEnd().split('\n').at(-1);

it('[CONF-1] conformance ends with the counts alone; failures exit 1, unreadable files 2', async () => {
  const passed = await judge(good);
  expect([passed.code, lastLine(passed)]).toEqual([0, '1 passed, 0 failed']);
  const failed = await judge(good, bad);
  expect([failed.code, lastLine(failed)]).toEqual([1, '1 passed, 1 failed']);
  expect((await runCommand('conformance', scratch.path('none.json'))).code).toBe(2);
  expect((await runCommand('conformance')).code).toBe(2);
});
