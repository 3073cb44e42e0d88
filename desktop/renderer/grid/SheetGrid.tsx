// AG Grid around one sheet. Owns the column definitions and the joints to the controller; the grid never owns data (`readOnlyEdit`).
import { type ColDef, createGrid, type GridOptions, type SuppressKeyboardEventParams } from 'ag-grid-community';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { KEEP_TYPING } from '../kit/keepTyping.ts';
import { sheetTheme } from '../theme/gridTheme.ts';
import { CellEditor } from './CellEditor.ts';
import { CellView } from './CellView.ts';
import { fittedWidth, isFitted } from './columnWidths.ts';
import type { GridController } from './controller.ts';
import { HeaderView } from './HeaderView.ts';
import { handleKey } from './keys.ts';
import { registerGridModules, styleNonce } from './modules.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow } from './sheetModel.ts';
import '../theme/grid.css';

registerGridModules();

const RIGHT_ALIGNED: ReadonlySet<GridColumn['type']> = new Set([
  'money',
  'rate',
  'percent',
  'quantity',
  'date',
  'time',
]);

/** Rows that say how wide a column of figures starts; wider ones are made room for when they are drawn. */
const ROWS_FOR_WIDTH = 200;
/** Columns whose width in the sheet's description is more than their words need. CSS pixels. */
const TIGHT_WIDTH: Readonly<Record<string, number>> = {
  line: 64,
  status: 84,
  airTime: 78,
  breakType: 102,
  days: 86,
  rateType: 72,
  makegoodFor: 94,
};

function widthOf({ model, columns: { look } }: GridController, spec: GridColumn, rows: readonly GridRow[]): number {
  const chosen = look.widths[spec.id];
  if (chosen !== undefined) return chosen;
  if (isFitted(spec)) return fittedWidth(model, spec, rows);
  const tight = model.sheet === 'lines' ? TIGHT_WIDTH[spec.id] : undefined;
  return tight ?? Math.max(spec.width ?? 110, 60);
}

function columnDef(
  controller: GridController,
  spec: GridColumn,
  place: number,
  rows: readonly GridRow[],
): ColDef<GridRow, string> {
  const { model } = controller;
  const right = RIGHT_ALIGNED.has(spec.type);
  const isFrozen = place < controller.columns.look.frozen;
  const mayGrow = spec.type === 'text' && !isFrozen && (spec.width ?? 0) >= 240;
  return {
    colId: spec.id,
    headerName: model.header(spec),
    width: widthOf(controller, spec, rows),
    // Text columns may grow with a wide window; figures keep their width so that decimals stay under each other.
    ...(mayGrow && controller.columns.look.widths[spec.id] === undefined ? { flex: 1, minWidth: 150 } : {}),
    ...(isFrozen ? { pinned: 'left' as const } : {}),
    sortable: false,
    resizable: true,
    suppressMovable: true,
    cellClass: right ? 'num' : '',
    valueGetter: ({ data }) => (data === undefined ? '' : model.text(data, spec)),
    // The text alone does not say that a mark changed: the controller asks for every redraw itself.
    equals: () => false,
    editable: ({ data }) => data !== undefined && model.denial(data, spec) === null,
    headerComponent: HeaderView,
    headerComponentParams: { spec, controller },
    cellRenderer: CellView,
    cellRendererParams: { spec, controller },
    cellEditor: CellEditor,
    cellEditorParams: { spec, controller },
    suppressKeyboardEvent: ({ event, editing }: SuppressKeyboardEventParams<GridRow>) =>
      handleKey(event, editing, controller.commands),
  };
}

function gridOptions(controller: GridController): GridOptions<GridRow> {
  const { columns } = controller.model;
  const nonce = styleNonce();
  const rowData = controller.rows();
  const first = rowData.slice(0, ROWS_FOR_WIDTH);
  return {
    theme: sheetTheme,
    ...(nonce === undefined ? {} : { styleNonce: nonce }),
    rowData,
    columnDefs: columns.map((spec, i) => columnDef(controller, spec, i, first)),
    getRowId: ({ data }) => data.id,
    readOnlyEdit: true,
    stopEditingWhenCellsLoseFocus: true,
    suppressHeaderFocus: true,
    suppressMovableColumns: true,
    suppressScrollOnNewData: true,
    suppressNoRowsOverlay: true,
    suppressColumnMoveAnimation: true,
    animateRows: false,
    rowBuffer: 8,
    scrollbarWidth: 10,
    isExternalFilterPresent: () => controller.order.filter !== null,
    doesExternalFilterPass: ({ data }) => data !== undefined && controller.order.passes(data),
    onColumnResized: ({ finished, source, column }) => {
      // Columns that grow by themselves are no choice of a person.
      if (finished && column !== null && (source === 'uiColumnResized' || source === 'autosizeColumns'))
        controller.columns.pulled(column.getColId(), column.getActualWidth());
    },
    onCellDoubleClicked: () => {
      controller.commands.opensBy('editing');
      controller.deniesWriting();
    },
  };
}

export interface SheetGridProps {
  readonly controller: GridController;
  /** Told once the grid stands and the controller is attached. */
  readonly onReady?: () => void;
}

/**
 * One mounted grid a controller. The grid is made directly and not through its React wrapper: every part of it is plain DOM, and
 * a React component for each cell that scrolls by costs frames.
 */
export function SheetGrid({ controller, onReady }: SheetGridProps) {
  const root = useRef<HTMLDivElement>(null);
  const ready = useRef(onReady);
  ready.current = onReady;
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const api = createGrid(element, gridOptions(controller));
    controller.attach(api, element);
    ready.current?.();
    // Nothing else has the keyboard: a sheet that opens is ready to be typed into, as in every spreadsheet.
    if (document.activeElement === null || document.activeElement === document.body) controller.focus();
    return () => {
      controller.detach();
      api.destroy();
    };
  }, [controller]);
  // What is being typed is kept when the screen goes: a session may end, or a link lead away, under an open editor. A layout effect ends
  // before the page is taken apart, and before the next screen counts what is kept. A window about to close asks only about what was taken over.
  useLayoutEffect(() => {
    const keep = () => controller.editor.keep();
    window.addEventListener(KEEP_TYPING, keep);
    return () => {
      window.removeEventListener(KEEP_TYPING, keep);
      keep();
    };
  }, [controller]);
  return <div className="grid-region" ref={root} />;
}
