/**
 * Which cells of a workbook show a percentage. Owns reading the number formats; a spreadsheet keeps 15% as 0.15, and only the
 * format says that a person typed 15. Must not read values.
 */

import { sheetsOf, tags, text, value } from './xlsxTags.ts';

/** Formats of the file format itself that show a percentage: "0%" and "0.00%". */
const BUILT_IN_PERCENTS = new Set(['9', '10']);

/** [IMP-14] Cells like "B7" that show a percentage, by sheet in the workbook's order. */
export function percentCells(parts: ReadonlyMap<string, Uint8Array>): readonly ReadonlySet<string>[] {
  const styles = percentStyles(text(parts, 'xl/styles.xml'));
  return sheetsOf(parts).map((sheet) => {
    const cells = new Set<string>();
    if (styles.size === 0) return cells;
    for (const cell of tags(sheet, 'c')) if (styles.has(value(cell, 's'))) cells.add(value(cell, 'r'));
    return cells;
  });
}

/** Indexes of cell formats whose number format shows a percentage. */
function percentStyles(styles: string): Set<string> {
  const custom = [...tags(styles, 'numFmt')]
    .filter((tag) =>
      value(tag, 'formatCode')
        .replace(/"[^"]*"|\\./g, '')
        .includes('%'),
    )
    .map((tag) => value(tag, 'numFmtId'));
  const formats = new Set([...BUILT_IN_PERCENTS, ...custom]);
  const from = styles.search(/<cellXfs[\s>]/);
  const cells = from < 0 ? '' : styles.slice(from, Math.max(from, styles.indexOf('</cellXfs>', from)));
  return new Set([...tags(cells, 'xf')].flatMap((tag, i) => (formats.has(value(tag, 'numFmtId')) ? [String(i)] : [])));
}
