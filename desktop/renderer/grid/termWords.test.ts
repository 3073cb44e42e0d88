import { describe, expect, it } from 'vitest';
import { readCell, spokenCell } from './cellWords.ts';
import { copyOf } from './clipboard.ts';
import { findCells } from './find.ts';
import { MemorySession } from './fixture/memorySession.ts';
import { placeOf } from './goTo.ts';
import { offeredWords } from './offeredWords.ts';
import { SheetModel } from './sheetModel.ts';
import { jsonWords, termKey, termName } from './termWords.ts';

const GUARANTEE = '{"due":[{"amount":"150000.00","date":"2016-11-08"}],"id":"g-1"}';
const draft = new MemorySession('v-1', {
  terms: [
    { rowId: 'r-cur', key: 'currency', value: 'USD' },
    { rowId: 'r-from', key: 'effectiveFrom', value: '2016-11-01' },
    { rowId: 'r-cal', key: 'billingCalendar', value: 'BROADCAST' },
    { rowId: 'r-least', key: 'leastPayment', value: '1500.00' },
    { rowId: 'r-retro', key: 'retroactive', value: 'true' },
    { rowId: 'r-own', key: 'late interest', value: '1.5' },
    { rowId: 'r-json', key: 'model.version.guarantees.1', value: GUARANTEE },
  ],
});
const model = new SheetModel(draft, 'terms', 'en');
const row = (id: string) => ({ id, ghost: false });
const column = (id: string) => {
  const found = model.column(id);
  if (found === undefined) throw new Error(`no column ${id}`);
  return found;
};
const shown = (id: string, field: string) => model.text(row(id), column(field));

describe('the Terms sheet in words', () => {
  it('[GRID-62] every known term has its name and its value as its type is shown; a term of one’s own stays as it was written', () => {
    const all = model.rows().map(({ id }) => [shown(id, 'key'), shown(id, 'value')]);
    expect(all).toEqual([
      ['Currency', 'USD'],
      ['Effective from', 'Nov 1, 2016'],
      ['Billing calendar', 'Broadcast'],
      ['Least payment', '1,500.00'],
      ['Retroactive', 'Yes'],
      ['late interest', '1.5'],
      ['Guarantee 1', 'id g-1, due (amount 150,000.00, date Nov 8, 2016)'],
    ]);
    expect(model.rowName(row('r-cal'))).toBe('Billing calendar');
    const cell = readCell(model, row('r-cal'), column('value'));
    expect(spokenCell(model, row('r-cal'), column('value'), cell, [])).toBe('Value, Broadcast');
  });

  it('[GRID-62] JSON that is none is shown as it is, and whole numbers in it are never grouped', () => {
    expect(jsonWords('{"id":', 'en')).toBe('{"id":');
    expect(jsonWords('{"lineIds":["1000","2000"],"id":"2016"}', 'en')).toBe('id 2016, line ids 1000 2000');
  });

  it('[GRID-63] an editor opens with the name and with text of the value’s type, and offers the names that are not there yet', () => {
    const edit = (id: string, field: string) => model.editText(row(id), column(field));
    expect(edit('r-from', 'key')).toBe('Effective from');
    expect(edit('r-from', 'value')).toBe('2016-11-01');
    expect(edit('r-cal', 'value')).toBe('Broadcast');
    expect(edit('r-json', 'key')).toBe('model.version.guarantees.1');
    expect(edit('r-json', 'value')).toBe(GUARANTEE);
    const offered = (id: string, field: string) =>
      offeredWords(draft, 'terms', row(id), model.cellColumn(row(id), column(field)));
    expect(offered('r-cal', 'value')).toEqual(['Calendar', 'Broadcast']);
    expect(offered('r-retro', 'value')).toEqual(['Yes', 'No']);
    expect(offered('r-cur', 'value')).toContain('EUR');
    expect(offered('r-own', 'key')).toContain('Time zone');
    expect(offered('r-own', 'key')).not.toContain('Currency');
  });

  it('[GRID-63] a name means its key in any case, the key means itself, and every name leads back to its term', () => {
    expect(termKey('time zone')).toBe('timeZone');
    expect(termKey(' TIMEZONE ')).toBe('timeZone');
    expect(termKey('late interest')).toBe('late interest');
    for (const key of ['number', 'lock.months', 'leastPayment.atEnd']) expect(termKey(termName(key))).toBe(key);
  });

  it('[GRID-64] a copy holds what is stored, and finding and going know both forms', () => {
    const cells = copyOf(model, { top: 2, bottom: 2, left: 0, right: 1 }, (i) => model.rows()[i] ?? null);
    expect(cells).toEqual([['billingCalendar', 'BROADCAST']]);
    for (const text of ['Billing cal', 'billingCalendar', 'broadcast', 'Nov 1', '2016-11-01'])
      expect(findCells(model, model.rows(), text), text).toHaveLength(1);
    for (const asked of ['billing calendar value', 'billingcalendar value'])
      expect(placeOf(model, model.rows(), null, asked)).toEqual({ cell: { rowId: 'r-cal', field: 'value' } });
  });

  it('[GRID-62] a term spelled otherwise and equal is no change', () => {
    model.setBase(new Map([['r-least', { key: 'leastPayment', value: '1500' }]]), true);
    expect(model.isChanged(row('r-least'), 'value')).toBe(false);
    model.setBase(null, false);
  });
});
