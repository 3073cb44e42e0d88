import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { run } from './preview.ts';

const version = {
  id: 'v1',
  contractId: 'c1',
  number: 'IO-7',
  currency: 'USD',
  timeZone: 'America/New_York',
  effectiveFrom: '2026-01-01',
  recordedAt: '2025-12-01T00:00:00Z',
  lines: [{ id: 'l1', label: 'Video', rateType: 'CPM', price: { type: 'UNIT', rate: '2.50' } }],
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-delivery-'));
  writeFileSync(join(folder, 'contract.json'), JSON.stringify(version));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(name: string, content: string | Buffer): Promise<{ code: number; out: string; err: string }> {
  writeFileSync(join(folder, name), content);
  const told = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told.err += String(text);
    return true;
  });
  const files = ['--contract', join(folder, 'contract.json'), '--delivery', join(folder, name)];
  const code = await run([...files, '--period', '2026-03', '--json']);
  vi.restoreAllMocks();
  return { code, ...told };
}

it('[FSRC-1] [FSRC-4] the command bills packed files of many rows, and refuses one that it cannot read whole', async () => {
  const rows = Array.from({ length: 6000 }, (_, i) => `l1,2026-03-${String(1 + (i % 28)).padStart(2, '0')},1001,k${i}`);
  const csv = `lineId,date,impressions,key\n${rows.join('\n')}\n`;
  const plain = await printed('delivery.csv', csv);
  const packed = await printed('delivery.csv.gz', gzipSync(csv));
  expect([plain.code, packed.code]).toEqual([0, 0]);
  expect(packed.out).toBe(plain.out);
  // 6,000 × 1,001 / 1,000 × 2.50
  expect((JSON.parse(plain.out) as { totals: { net: string } }).totals.net).toBe('15015.00');
  const cut = await printed('cut.csv.gz', gzipSync(csv).subarray(0, 9000));
  expect([cut.code, cut.out]).toEqual([1, '']);
  expect(cut.err).toContain('cut.csv.gz');
});
