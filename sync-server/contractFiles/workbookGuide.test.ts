/** The worked example of docs/guide/contract-workbook.md, read and billed as its reader would. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from '@countersign/shared/billing';
import { contractDoubts } from '@countersign/shared/model';
import { SHEETS } from '@countersign/shared/model/sheets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billableDelivery } from '../facts/source/index.ts';
import { readBook } from './readBook.ts';

const guide = readFileSync(new URL('../../docs/guide/contract-workbook.md', import.meta.url), 'utf8');

describe('the guide to contracts in a spreadsheet', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-guide-'));
    mkdirSync(join(folder, 'order'));
    for (const [, name = '', text = ''] of guide.matchAll(/```csv (\w+)\n([\s\S]*?)```/g))
      writeFileSync(join(folder, name === 'delivery' ? '' : 'order', `${name}.csv`), text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('[AGR-9] its example bills what it states, lists what it says, and leaves nothing to look at', async () => {
    const version = await readBook(join(folder, 'order'));
    const { delivery, columns } = await billableDelivery(join(folder, 'delivery.csv'));
    const stated = [...guide.matchAll(/^Bill of (\S+): \*\*([\d,.]+) USD\*\*$/gm)];
    expect(stated).toHaveLength(1);
    for (const [, period = '', total = ''] of stated) {
      const bill = preview({ versions: [version], facts: { delivery, columns, touches: [], actions: [] }, period });
      expect(bill.totals.total).toBe(total.replaceAll(',', ''));
      expect(bill.totals).toMatchObject({ gross: '48750.00', commission: '-7312.50' });
      expect(bill.notBilled.map(({ clauseId }) => clauseId).sort()).toEqual(['5', '6']);
    }
    expect(contractDoubts(version)).toEqual([]);
  });

  it('[AGR-9] every sheet of the contract is named', () => {
    for (const { label } of Object.values(SHEETS)) expect(guide, label).toMatch(new RegExp(`\\b${label}\\b`));
  });
});
