// Copy, cut and paste as the clipboard's own events. Owns what is put on the clipboard; where a paste goes decides `sheetWrites.ts`.
import { copyOf } from './clipboard.ts';
import { activeRange, type Rect, rectOf, type Selection } from './ranges.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';
import { toHtmlTable, toTsv } from './tsv.ts';

const EVENTS = ['copy', 'cut', 'paste'] as const;

export interface CopiedSheet {
  readonly model: SheetModel;
  selected(): Selection | null;
  rowAt(index: number): GridRow | null;
  deniesWriting(): boolean;
  blank(rect: Rect): void;
  paste(text: string): void;
  /** So many rows are on the clipboard now. */
  copied(rows: number): void;
}

/** Listens on the grid's element; returns the way to stop. */
export function listenToClipboard(root: HTMLElement, sheet: CopiedSheet): () => void {
  const listener = (event: ClipboardEvent) => handle(event, sheet);
  for (const type of EVENTS) root.addEventListener(type, listener);
  return () => {
    for (const type of EVENTS) root.removeEventListener(type, listener);
  };
}

function handle(event: ClipboardEvent, sheet: CopiedSheet): void {
  // An editor or a field has a clipboard of its own.
  if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
  const selection = sheet.selected();
  if (selection === null || event.clipboardData === null) return;
  event.preventDefault();
  if (event.type === 'paste') {
    if (!sheet.deniesWriting()) sheet.paste(event.clipboardData.getData('text/plain'));
    return;
  }
  const rect = rectOf(activeRange(selection));
  const cells = copyOf(sheet.model, rect, (index) => sheet.rowAt(index));
  event.clipboardData.setData('text/plain', toTsv(cells));
  event.clipboardData.setData('text/html', toHtmlTable(cells));
  sheet.copied(cells.length);
  if (event.type === 'cut' && !sheet.deniesWriting()) sheet.blank(rect);
}
