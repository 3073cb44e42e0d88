// Files that were made to stop the server: a few kilobytes that take hours or gigabytes to read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xlsxOf } from '../contractFiles/xlsxFile.ts';
import { ImportError } from './importError.ts';
import { readTableApart } from './readTableApart.ts';
import { percentCells } from './xlsxPercents.ts';
import { tags } from './xlsxTags.ts';
import { plainZip, zipParts } from './zipParts.ts';

const SHEET = 'xl/worksheets/sheet1.xml';
const STYLES = 'xl/styles.xml';
const PARTS = zipParts(
  xlsxOf([
    {
      name: 'Lines',
      rows: [
        ['line', 'rate'],
        ['1.0', '2.50'],
      ],
    },
  ]),
  1e6,
);

/** A sound workbook with one part changed. */
function workbook(part: string, change: (xml: string) => string): Buffer {
  const xml = new TextDecoder().decode(PARTS.get(part));
  return plainZip(new Map(PARTS).set(part, Buffer.from(change(xml))));
}
const withCell = (place: string): Buffer =>
  workbook(SHEET, (xml) =>
    xml.replace('</sheetData>', `<row><c r="${place}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>`),
  );
async function refusal(reading: Promise<unknown>): Promise<ImportError> {
  const error = await reading.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ImportError)) throw new Error('the file was not refused', { cause: error });
  return error;
}

describe('files made to stop the server', () => {
  it('[IMP-15] a sound workbook is read in its own thread as it is elsewhere, and a broken one refused with its words', async () => {
    expect(await readTableApart(plainZip(PARTS))).toMatchObject({
      kind: 'xlsx',
      rows: [{ row: 2, values: ['1.0', '2.50'] }],
    });
    expect(await refusal(readTableApart(plainZip(PARTS).subarray(0, -30)))).toMatchObject({ code: 'malformed' });
    const large = Buffer.from(`a,b\n${'1,2\n'.repeat(100_000)}`);
    expect((await readTableApart(large)).rows).toHaveLength(100_000);
    expect(await refusal(readTableApart(Buffer.concat([large, Buffer.from('1,2,3\n')])))).toMatchObject({
      code: 'malformed',
      place: { row: 100_002, column: 'C' },
    });
  });

  it('[IMP-15] a cell at the far end of a sheet is refused by its place, and no room is made for what lies between', async () => {
    for (const place of ['XFD1048576', 'A1048576', 'AAAAAAAA1'])
      expect(await refusal(readTableApart(withCell(place))), place).toMatchObject({
        code: 'tooLarge',
        message: expect.stringContaining(place),
      });
  });

  it('[IMP-15] a file that takes longer than it may, or more memory, ends with its thread', async () => {
    const { code, message } = await refusal(readTableApart(plainZip(PARTS), 1));
    expect([code, message]).toEqual(['tooLarge', 'The file takes too much to read.']);
  });

  it('[IMP-15] beginnings without an end, by the hundred thousand, are read in one pass', () => {
    const parts = (part: string, xml: string) => new Map(PARTS).set(part, Buffer.from(xml));
    const styled = '<numFmt numFmtId="164" formatCode="0%"/>';
    const endless = (text: string): string => text.repeat(500_000);
    expect(percentCells(parts(STYLES, `${styled}<!--${endless('<cellXfs ')}`))).toEqual([new Set()]);
    const cells = `${styled}<cellXfs><xf numFmtId="164"/></cellXfs>`;
    const both = new Map(parts(STYLES, cells)).set(SHEET, Buffer.from(endless('<c ')));
    expect(percentCells(both)).toEqual([new Set()]);
    expect([...tags(endless('<'), 'c')]).toEqual([]);
    expect([...tags(endless('<a:'), 'c')]).toEqual([]);
  });

  it('[IMP-15] tags are found as the grammar has them, with prefixes, and among other names', () => {
    const xml =
      '<sheetData><c r="A1"/><x:c r="B1" s="1"></x:c><cc r="no"/><col r="no"/><c\n r="C1" v="a<c "/></sheetData>';
    expect([...tags(xml, 'c')]).toEqual(['<c r="A1"/>', '<x:c r="B1" s="1">', '<c\n r="C1" v="a<c "/>']);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<', '>', 'c', ' ', ':', 'x', '"', '/'), { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        for (const tag of tags(text, 'c')) expect(tag).toMatch(/^<(?:[^<]*:)?c\s[^>]*>$/s);
      }),
    );
  });
});
