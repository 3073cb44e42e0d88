// The clipboard's text between spreadsheets: tab-separated with quotes, as Excel and Sheets write it, and a table in HTML. Pure.

/**
 * Rows of cells from clipboard text. A quoted cell may hold tabs, line breaks and doubled quotes; a quote inside an unquoted
 * cell is a plain character. One line break at the end is no row of its own.
 */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  // A cell that was opened by a quote counts as present even when it is empty.
  let touched = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
    touched = false;
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '' && !touched) {
      quoted = true;
      touched = true;
    } else if (char === '\t') endCell();
    else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[i + 1] === '\n') i += 1;
      endCell();
      rows.push(row);
      row = [];
    } else cell += char;
  }
  if (cell !== '' || touched || row.length > 0) {
    endCell();
    rows.push(row);
  }
  return rows;
}

function quotedCell(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Clipboard text of cells; blank cells are empty. */
export function toTsv(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((row) => row.map((cell) => quotedCell(cell ?? '')).join('\t')).join('\r\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The same cells as an HTML table, for programs that prefer it. Text is marked as text so that nothing is reread as a formula. */
export function toHtmlTable(rows: readonly (readonly (string | null)[])[]): string {
  const cell = (text: string | null) =>
    `<td>${(text ?? '').replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char).replaceAll('\n', '<br>')}</td>`;
  return `<table>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table>`;
}
