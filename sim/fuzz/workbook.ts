// A small workbook file, whole enough to be read. Owns its parts.
import { plainZip } from '../../sync-server/imports/zipParts.ts';
import type { Random } from '../random.ts';

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
  'xl/workbook.xml':
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Lines" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/worksheets/sheet1.xml':
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Line</t></is></c><c r="B1" t="inlineStr"><is><t>Rate</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c><c r="B2"><v>12.5</v></c></row></sheetData></worksheet>',
};

const WHOLE: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries(PARTS).map(([name, text]) => [name, Buffer.from(text)]),
);

/** The file as it should be. */
export const smallWorkbook = (): Uint8Array => new Uint8Array(plainZip(WHOLE));

/** A sound archive with one part changed: what is behind the unpacking must be reached too. */
export function workbookWith(random: Random, change: (part: Uint8Array) => Uint8Array): Uint8Array {
  const name = random.pick([...WHOLE.keys()]) ?? '';
  return new Uint8Array(plainZip(new Map(WHOLE).set(name, change(WHOLE.get(name) ?? new Uint8Array()))));
}
