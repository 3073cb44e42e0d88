import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTsv, toHtmlTable, toTsv } from './tsv.ts';

describe('clipboard text', () => {
  it('[GRID-20] reads what Excel writes: CRLF, quoted cells with tabs and breaks, doubled quotes', () => {
    expect(parseTsv('a\tb\r\n"x\ty"\t"he said ""no"""\r\n')).toEqual([
      ['a', 'b'],
      ['x\ty', 'he said "no"'],
    ]);
  });

  it('[GRID-20] a quote inside an unquoted cell is a plain character', () => {
    expect(parseTsv('12" pipe\tok')).toEqual([['12" pipe', 'ok']]);
  });

  it('[GRID-20] keeps blank cells, blank rows and a quoted empty cell', () => {
    expect(parseTsv('\t\n\nx')).toEqual([['', ''], [''], ['x']]);
    expect(parseTsv('""')).toEqual([['']]);
  });

  it('[GRID-20] any block of cells comes back as it was written', () => {
    const block = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(fc.string(), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      )
      // A lone empty last row cannot be told from the line break before it; spreadsheets have the same limit.
      .filter((rows) => rows.at(-1)?.some((cell) => cell !== '') ?? false);
    fc.assert(
      fc.property(block, (rows) => {
        expect(parseTsv(toTsv(rows))).toEqual(rows);
      }),
    );
  });

  it('[GRID-21] text in the HTML table cannot become markup', () => {
    expect(toHtmlTable([['<b>&"', null]])).toBe('<table><tr><td>&lt;b&gt;&amp;&quot;</td><td></td></tr></table>');
  });
});
