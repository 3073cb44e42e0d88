import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractVersion } from '@countersign/shared/model';
import { afterAll, describe, expect, it } from 'vitest';
import { type CommandRun, runCommand } from '../testKit/commandLine.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-testpack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts = { delivery: [{ lineId: 'a', localDate: '2026-03-05', quantity: '1000' }] };
const version = (totals: readonly string[]): ContractVersion => ({
  id: 'v-1',
  contractId: 'c-1',
  number: 'N-1',
  currency: 'USD',
  timeZone: 'UTC',
  effectiveFrom: '2026-01-01',
  lines: [{ id: 'a', rateType: 'CPM', price: { type: 'UNIT', rate: '12.00' } }],
  testCases: totals.map((total, i) => ({
    id: `case-${i}`,
    title: `Case ${i}`,
    facts,
    period: '2026-03',
    expect: { total },
  })),
});

async function testpack(document: unknown, ...more: string[]): Promise<CommandRun> {
  const file = join(folder, 'contract.json');
  writeFileSync(file, JSON.stringify(document));
  return runCommand('testpack', '--contract', file, ...more);
}

describe('countersign testpack', () => {
  it('[TEST-3] says which case fails, with what it bills and what it expects, and exits with 1', async () => {
    expect(await testpack(version(['12.00', '13.00']))).toMatchObject({
      code: 1,
      out: 'passes  Case 0\nFAILS   Case 1: total is 12.00, expected 13.00\n2 cases, 1 failed.\n',
    });
    expect((await testpack(version(['12']))).code).toBe(0);
    const { out } = await testpack(version(['13.00']), '--json');
    expect(JSON.parse(out)).toMatchObject([{ versionId: 'v-1', passed: false, differences: [{ total: 'total' }] }]);
  });

  it('[TEST-3] a version without cases proves nothing and does not pass; a bad contract is refused with its path', async () => {
    expect(await testpack(version([]))).toMatchObject({
      code: 1,
      out: 'No test cases: the version carries none, so nothing is proved.\n',
    });
    const refused = await testpack({ ...version([]), currency: 'ZZZ' });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('currency');
  });
});
