import { SHEETS } from '@countersign/shared/model/sheets';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommands } from './apply.ts';
import { insertText } from './batch.ts';
import { buildSheetUpdate, ROWS_PER_CHUNK } from './chunks.ts';
import { type SheetChange, SheetDocument } from './sheetDocument.ts';
import { command, lineRows, linesUpdate, rowId, sheetWith } from './testKit/draft.ts';

describe('SheetDocument', () => {
  test('[DOC-1] reads cells over rows over chunks', () => {
    const { doc } = sheetWith(3);
    expect(doc.value(rowId(1), 'rate')).toBe('100.00');
    encodeCommands(doc, 7, [command(1, 'rate', '250.00'), command(2, 'rate', null)]);
    expect(doc.value(rowId(1), 'rate')).toBe('250.00');
    expect(doc.value(rowId(2), 'rate')).toBeNull();
    expect(doc.value(rowId(0), 'rate')).toBe('100.00');
    expect(doc.value('r-unknown', 'rate')).toBeNull();
    expect(doc.value(rowId(0), 'nothing')).toBeNull();
  });

  test('[DOC-1] inserts, moves, removes and revives rows in place', () => {
    const { doc } = sheetWith(3);
    const order = `${doc.order(rowId(0))}V`;
    encodeCommands(doc, 7, [command('r-new', '$insert', insertText('lines', 'r-new', order, { line: '0.5' }))]);
    expect(doc.rowIds()).toEqual([rowId(0), 'r-new', rowId(1), rowId(2)]);
    encodeCommands(doc, 7, [command(0, '$order', `${doc.order(rowId(2))}V`)]);
    expect(doc.rowIds()).toEqual(['r-new', rowId(1), rowId(2), rowId(0)]);
    encodeCommands(doc, 7, [command(1, '$dead', '1')]);
    expect(doc.rowIds()).toEqual(['r-new', rowId(2), rowId(0)]);
    expect(doc.isDead(rowId(1))).toBe(true);
    expect(doc.has(rowId(1))).toBe(true);
    encodeCommands(doc, 7, [command(1, '$dead', '0')]);
    expect(doc.rowIds()).toEqual(['r-new', rowId(1), rowId(2), rowId(0)]);
  });

  test('[DOC-3] tells what changed once a transaction, and whether the list of rows is another one', () => {
    const { doc } = sheetWith(3);
    const changes: SheetChange[] = [];
    const stop = doc.observe((change) => changes.push(change));
    const rows = doc.rowIds();
    encodeCommands(doc, 7, [command(1, 'rate', '1.00'), command(1, 'product', 'x'), command(2, 'rate', '2.00')]);
    expect(changes).toMatchObject([{ rowIds: [rowId(1), rowId(2)], structural: false }]);
    expect(doc.rowIds()).toBe(rows);
    encodeCommands(doc, 7, [command(1, '$dead', '1')]);
    expect(changes[1]).toMatchObject({ rowIds: [rowId(1)], structural: true });
    expect(doc.rowIds()).not.toBe(rows);
    stop();
    encodeCommands(doc, 7, [command(1, 'rate', '3.00')]);
    expect(changes).toHaveLength(2);
  });

  test('[DOC-3] a removed row whose removal is contested stays in sight', () => {
    const { doc } = sheetWith(2);
    encodeCommands(doc, 7, [command(1, '$dead', '1')]);
    doc.setShown(rowId(1), true);
    expect(doc.rowIds()).toEqual([rowId(0), rowId(1)]);
    doc.setShown(rowId(1), false);
    expect(doc.rowIds()).toEqual([rowId(0)]);
  });

  test('[DOC-3] patched as it goes, it equals a document read afresh', () => {
    const step = fc.record({
      row: fc.nat(5),
      kind: fc.constantFrom('cell', 'dead', 'order', 'insert'),
      n: fc.nat(999),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { doc, updates } = sheetWith(6);
        doc.observe(() => undefined);
        steps.forEach(({ row, kind, n }, i) => {
          const id = `r-new${i}`;
          const commands = {
            cell: () => command(row, 'rate', `${n}.00`),
            dead: () => command(row, '$dead', n % 2 === 0 ? '1' : '0'),
            order: () => command(row, '$order', `V${n}V`),
            insert: () => command(id, '$insert', insertText('lines', id, `V${n}V`, { line: `${n}` })),
          };
          updates.push(encodeCommands(doc, 7 + (n % 3), [commands[kind]()]));
        });
        const fresh = new SheetDocument('lines', updates);
        expect(doc.allRowIds()).toEqual(fresh.allRowIds());
        expect(doc.rowIds()).toEqual(fresh.rowIds());
        for (const id of fresh.allRowIds()) expect(doc.tuple(id)).toEqual(fresh.tuple(id));
      }),
      { numRuns: 60 },
    );
  });

  test('[DOC-2] initial rows come back in order from chunks of 250, blanks and all', () => {
    const rows = lineRows(ROWS_PER_CHUNK * 2 + 1);
    const doc = new SheetDocument('lines', [buildSheetUpdate(1, 'lines', rows)]);
    expect(doc.chunkIds()).toHaveLength(3);
    expect(doc.rowIds()).toEqual(rows.map((row) => row.rowId));
    expect(doc.value(rowId(500), 'line')).toBe('500.0');
    expect(doc.value(rowId(500), 'note')).toBeNull();
    expect(doc.chunkOf(rowId(0))).not.toBe(doc.chunkOf(rowId(300)));
  });

  test('[DOC-2] the same rows give the same bytes, and an unknown column is refused', () => {
    expect(linesUpdate(10)).toEqual(linesUpdate(10));
    expect(() => buildSheetUpdate(1, 'lines', [{ rowId: rowId(1), values: { colour: 'red' } }])).toThrow(/colour/);
  });

  test('[DOC-2] 25,000 rows of 15 columns open without reading one of them, and read in one pass', () => {
    const columns = SHEETS.rates.columns.slice(0, 15).map((column) => column.id);
    const rows = Array.from({ length: 25_000 }, (_, i) => ({
      rowId: rowId(i),
      values: Object.fromEntries(columns.map((column, c) => [column, `${i}.${c}`])),
    }));
    const update = buildSheetUpdate(1, 'rates', rows);
    const doc = new SheetDocument('rates', [update]);
    expect(doc.rowIds()).toHaveLength(25_000);
    expect(doc.value(rowId(24_999), 'product')).toBe('24999.0');
    encodeCommands(doc, 7, [{ ...command(12_500, 'rate', '5.00'), sheet: 'rates' }]);
    expect(doc.value(rowId(12_500), 'rate')).toBe('5.00');
  });
});
