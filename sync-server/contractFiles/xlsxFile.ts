/**
 * Tables of text as an .xlsx file. Owns the format's least parts; every cell is text and formatted as text, so that a spreadsheet
 * keeps "2026-03-01", "15%" and "007" as they were typed.
 */

import { columnLetters } from '../imports/table.ts';
import { plainZip } from '../imports/zipParts.ts';

export interface TextSheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const LINKS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const PART = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The file's bytes. Equal sheets give equal bytes. */
export function xlsxOf(sheets: readonly TextSheet[]): Buffer {
  const each = <T>(make: (sheet: TextSheet, n: number) => T): T[] => sheets.map((sheet, i) => make(sheet, i + 1));
  const text = new Map<string, string>([
    [
      '[Content_Types].xml',
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${PART}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${PART}.styles+xml"/>${each((_, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${PART}.worksheet+xml"/>`).join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${LINKS}"><sheets>${each(({ name }, n) => `<sheet name="${escaped(name)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${PACKAGE}/relationships">${each((_, n) => `<Relationship Id="rId${n}" Type="${LINKS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${LINKS}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      'xl/styles.xml',
      `<styleSheet xmlns="${MAIN}"><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`,
    ],
    ...each((sheet, n): [string, string] => [`xl/worksheets/sheet${n}.xml`, sheetXml(sheet)]),
  ]);
  return plainZip(new Map([...text].map(([name, xml]) => [name, Buffer.from(XML + xml)])));
}

function sheetXml({ rows }: TextSheet): string {
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const body = rows.map((row, y) => {
    const cells = row.map((value, x) =>
      value === ''
        ? ''
        : `<c r="${columnLetters(x)}${y + 1}" s="${y === 0 ? 2 : 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`,
    );
    return `<row r="${y + 1}">${cells.join('')}</row>`;
  });
  const frozen =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  return `<worksheet xmlns="${MAIN}">${frozen}<cols><col min="1" max="${columns}" width="22" style="1" customWidth="1"/></cols><sheetData>${body.join('')}</sheetData></worksheet>`;
}

/** Characters that XML 1.0 has no place for are refused by the cells' own check and cannot be here. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
