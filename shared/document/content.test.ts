import type { WorkbookContent } from '@countersign/shared/model/sheets';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommands } from './apply.ts';
import { insertText } from './batch.ts';
import { buildSheetUpdate } from './chunks.ts';
import { contentHash, contentToSheets, workbookContent } from './content.ts';
import { diffContent } from './diff.ts';
import { newCommandId, newRowId } from './ids.ts';
import { SheetDocument } from './sheetDocument.ts';
import { command, rowId, seeded, sheetWith } from './testKit/draft.ts';

function contentOf(doc: SheetDocument): WorkbookContent {
  return workbookContent('CONTRACT', 'c-1', new Map([['lines', doc]]));
}

describe('content', () => {
  test('[DOC-31] holds every sheet of the kind, rows in order, without removed rows and blank fields', () => {
    const { doc } = sheetWith(3);
    encodeCommands(doc, 7, [command(1, '$dead', '1'), command(2, 'rate', null)]);
    const content = contentOf(doc);
    expect(Object.keys(content.sheets)).toHaveLength(10);
    expect(content.sheets.terms).toEqual([]);
    expect(content.sheets.lines).toEqual([
      { rowId: rowId(0), line: '0.0', product: 'Product 0', rateType: 'SPOT', rate: '100.00' },
      { rowId: rowId(2), line: '2.0', product: 'Product 2', rateType: 'SPOT' },
    ]);
    expect(Object.keys(workbookContent('RATE_CARD', 'c-1', new Map()).sheets)).toEqual(['terms', 'rates', 'clauses']);
  });

  test('[DOC-30] the hash depends on values and order of rows and on nothing else', () => {
    const { doc } = sheetWith(3);
    const hash = contentHash(contentOf(doc));
    encodeCommands(doc, 7, [command(0, 'rate', '1.00')]);
    expect(contentHash(contentOf(doc))).not.toBe(hash);
    encodeCommands(doc, 7, [command(0, 'rate', '100.00')]);
    expect(contentHash(contentOf(doc))).toBe(hash);
    encodeCommands(doc, 7, [command(0, '$order', `${doc.order(rowId(2))}V`)]);
    expect(contentHash(contentOf(doc))).not.toBe(hash);
    encodeCommands(doc, 7, [command(0, '$order', '1')]);
    expect(contentHash(contentOf(doc))).toBe(hash);
  });

  test('[DOC-32] an amendment begins with the same rows under the same ids, and the same hash', () => {
    const edits = fc.array(fc.record({ row: fc.nat(4), to: fc.constantFrom('1.00', null, '2.50') }), { maxLength: 12 });
    fc.assert(
      fc.property(edits, (list) => {
        const { doc } = sheetWith(5);
        for (const { row, to } of list) encodeCommands(doc, 7, [command(row, 'rate', to)]);
        const content = contentOf(doc);
        const docs = new Map(
          [...contentToSheets(content)].map(([sheet, rows]) => [
            sheet,
            new SheetDocument(sheet, [buildSheetUpdate(9, sheet, rows)]),
          ]),
        );
        expect(contentHash(workbookContent('CONTRACT', 'c-1', docs))).toBe(contentHash(content));
      }),
      { numRuns: 30 },
    );
  });

  test('[DOC-33] a difference names rows as people do, field by field', () => {
    const { doc } = sheetWith(4);
    const base = contentOf(doc);
    encodeCommands(doc, 7, [
      command(1, 'rate', '250.00'),
      command(2, '$dead', '1'),
      command(
        'r-new',
        '$insert',
        insertText('lines', 'r-new', `${doc.order(rowId(3))}V`, { line: '9.0', rate: '5.00' }),
      ),
      command(0, '$order', `${doc.order(rowId(3))}A`),
    ]);
    expect(diffContent(base, contentOf(doc))).toEqual([
      {
        sheet: 'lines',
        rowId: rowId(1),
        row: '1.0',
        change: 'changed',
        fields: [{ field: 'rate', label: 'Rate', from: '100.00', to: '250.00' }],
      },
      { sheet: 'lines', rowId: rowId(0), row: '0.0', change: 'moved', fields: [] },
      {
        sheet: 'lines',
        rowId: 'r-new',
        row: '9.0',
        change: 'added',
        fields: [
          { field: 'line', label: 'Line', from: null, to: '9.0' },
          { field: 'rate', label: 'Rate', from: null, to: '5.00' },
        ],
      },
      expect.objectContaining({ rowId: rowId(2), row: '2.0', change: 'removed' }),
    ]);
    expect(diffContent(base, base)).toEqual([]);
    expect(diffContent(null, base).every((row) => row.change === 'added')).toBe(true);
  });
});

describe('ids', () => {
  test('[DOC-28] row and command ids have their forms, and come from the randomness that is given', () => {
    expect(newRowId()).toMatch(/^r-[\w-]{12}$/);
    expect(newCommandId()).toMatch(/^[\w-]{16}$/);
    expect(newRowId(seeded(5))).toBe(newRowId(seeded(5)));
  });
});
