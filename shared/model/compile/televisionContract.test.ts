/** A real 65-line television contract, from its paper to its bill. */
import { readFileSync } from 'node:fs';
import { checkWorkbook, readTyped } from '@countersign/shared/model/cell';
import { type RowContent, SHEETS } from '@countersign/shared/model/sheets';
import { expect, test } from 'vitest';
import { preview } from '../../billing/index.ts';
import { compileVersion } from './index.ts';
import { META, row, workbook } from './testKit/workbook.ts';

const STATUS: Record<string, string> = {
  'Revised Line': 'REVISED',
  'Normal Line': 'NORMAL',
  'Closed Preempt': 'PRE_EMPTED',
  Makegood: 'MAKEGOOD',
};

/** The published paper of a 65-line television contract; see data/README of the project's sources for its origin. */
function televisionLines(): RowContent[] {
  const file = new URL('./fixtures/televisionLines.csv', import.meta.url);
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell]));
    const date = (text = ''): string => text.replace(/^(\d\d)\/(\d\d)\/(\d\d)$/, '20$3-$1-$2');
    const status = STATUS[cells.line_status ?? ''] ?? '';
    const normal = status === 'NORMAL' || status === 'MAKEGOOD';
    return row({
      line: cells.line,
      status,
      product: cells.program,
      breakType: cells.break_type,
      from: date(cells.start),
      to: date(cells.end),
      quantity: cells.spots === '' && normal ? '0' : cells.spots,
      rateType: 'SPOT',
      rate: cells.rate_usd,
      billingSource: 'CONTRACTED',
      makegoodFor: cells.makegood_for,
      lengthSeconds: cells.length_sec,
    });
  });
}

test('[DOC-40] a real 65-line television contract bills 93 spots, 109,600.00 gross, 93,160.00 net in broadcast November', () => {
  const content = workbook(
    {
      lines: televisionLines(),
      adjustments: [row({ kind: 'COMMISSION', label: 'Agency commission', percent: '15' })],
    },
    { billingCalendar: 'BROADCAST' },
  );
  expect(checkWorkbook(content)).toEqual([]);
  const { version, problems } = compileVersion(content, META);
  expect(problems).toEqual([]);
  if (version === null) throw new Error('not compiled');
  expect(version.lines).toHaveLength(65);
  const result = preview({
    versions: [version],
    facts: { delivery: [], touches: [], actions: [] },
    period: '2016-11',
  });
  expect(result.totals).toMatchObject({ gross: '109600.00', commission: '-16440.00', net: '93160.00' });
  const spots = result.lines.reduce((sum, line) => sum + BigInt(line.quantity), 0n);
  expect(spots).toBe(93n);
});

test('[CELL-2] every figure of the television contract reads back as it stands on paper', () => {
  const rate = SHEETS.lines.columns.find((column) => column.id === 'rate');
  if (rate === undefined) throw new Error('no rate column');
  for (const line of televisionLines())
    if (line.rate !== undefined) expect(readTyped(rate, line.rate)).toEqual({ ok: true, value: line.rate });
});
