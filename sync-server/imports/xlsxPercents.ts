/**
 * Which cells of a workbook show a percentage. Owns reading the number formats; a spreadsheet keeps 15% as 0.15, and only the
 * format says that a person typed 15. Must not read values.
 */

/** Formats of the file format itself that show a percentage: "0%" and "0.00%". */
const BUILT_IN_PERCENTS = new Set(['9', '10']);

/** [IMP-14] Cells like "B7" that show a percentage, by sheet in the workbook's order. */
export function percentCells(parts: ReadonlyMap<string, Uint8Array>): readonly ReadonlySet<string>[] {
  const styles = percentStyles(text(parts, 'xl/styles.xml'));
  const targets = new Map(
    tags(text(parts, 'xl/_rels/workbook.xml.rels'), 'Relationship').map((tag) => [
      value(tag, 'Id'),
      value(tag, 'Target'),
    ]),
  );
  return tags(text(parts, 'xl/workbook.xml'), 'sheet').map((tag) => {
    const target = targets.get(value(tag, 'r:id')) ?? '';
    const sheet = text(parts, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    if (styles.size === 0) return new Set<string>();
    return new Set(
      tags(sheet, 'c')
        .filter((cell) => styles.has(value(cell, 's')))
        .map((cell) => value(cell, 'r')),
    );
  });
}

/** Indexes of cell formats whose number format shows a percentage. */
function percentStyles(styles: string): Set<string> {
  const custom = tags(styles, 'numFmt')
    .filter((tag) =>
      value(tag, 'formatCode')
        .replace(/"[^"]*"|\\./g, '')
        .includes('%'),
    )
    .map((tag) => value(tag, 'numFmtId'));
  const formats = new Set([...BUILT_IN_PERCENTS, ...custom]);
  const cells = /<cellXfs[\s>][\s\S]*?<\/cellXfs>/.exec(styles)?.[0] ?? '';
  return new Set(tags(cells, 'xf').flatMap((tag, i) => (formats.has(value(tag, 'numFmtId')) ? [String(i)] : [])));
}

function text(parts: ReadonlyMap<string, Uint8Array>, name: string): string {
  const bytes = parts.get(name);
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

/** Opening tags of one name. */
function tags(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s[^>]*>`, 'g'))].map(([tag]) => tag);
}

function value(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return found.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
