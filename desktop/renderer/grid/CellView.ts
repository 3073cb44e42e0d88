// Draws one cell: value, old value in redline, marks, remote cursor, and the name a screen reader hears. A plain renderer, not a
// React one: it runs for every cell that scrolls into sight. Reads from the controller's model; must not write anything.
import type { ICellRendererComp, ICellRendererParams } from 'ag-grid-community';
import { personColour, twoLetters } from '../kit/people.ts';
import { spokenCell } from './cellWords.ts';
import type { GridController } from './controller.ts';
import { TOTAL_COLUMN } from './lineTotal.ts';
import type { GridColumn, GridRow } from './sheetModel.ts';

export interface CellViewParams extends ICellRendererParams<GridRow, string> {
  readonly controller: GridController;
  readonly spec: GridColumn;
}

const MARK_CLASSES = [
  'is-contested',
  'is-invalid',
  'is-changed',
  'is-ghost',
  'is-locked',
  'row-added',
  'row-changed',
  'row-removed',
  'row-quiet',
  'has-peer',
  'person-1',
  'person-2',
  'person-3',
  'person-4',
] as const;

const QUIET_STATUS: ReadonlySet<string | null> = new Set(['PRE_EMPTED', 'REVISED']);

export class CellView implements ICellRendererComp<GridRow> {
  readonly #gui = document.createElement('span');
  #shown = '';

  init(params: CellViewParams): void {
    this.#gui.className = 'cell-content';
    this.#draw(params);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(params: CellViewParams): boolean {
    const before = this.#shown;
    this.#draw(params);
    if (params.controller.paintsRemote && before !== this.#shown) flashRemote(params.eGridCell);
    return true;
  }

  #draw({ controller, spec, data, eGridCell, node, column }: CellViewParams): void {
    const row = data;
    if (row === undefined) return;
    const { model } = controller;
    const text = model.text(row, spec);
    const marks = row.ghost ? null : model.marks(row, spec.id);
    const wanted = new Set<string>();
    const parts: Node[] = [];
    if (marks?.waiting === true) parts.push(mark('i', 'waiting-ring'));
    if (marks?.contest != null) {
      wanted.add('is-contested');
      parts.push(mark('b', 'contest-count', String(marks.contest.values.length)));
    }
    if (marks?.invalid != null) wanted.add('is-invalid');
    if (row.ghost) wanted.add('is-ghost');
    if (spec.locked === true) wanted.add('is-locked');
    if (!row.ghost && QUIET_STATUS.has(model.value(row, 'status'))) wanted.add('row-quiet');
    if (model.redline && model.isChanged(row, spec.id)) {
      wanted.add('is-changed');
      const before = model.baseValue(row, spec.id) ?? null;
      if (before !== null) parts.push(mark('s', 'was', model.textOf(spec, before)));
    }
    if (spec.type === 'days' && /^[1-9X-]{7}$/.test(text)) parts.push(daysMark(text));
    else parts.push(mark('span', 'now', text));
    // The grid copies renderer parameters, so columns are compared by id.
    if (spec.id === model.columns[0]?.id) {
      const change = controller.showsChanges ? model.rowChange(row) : null;
      if (change !== null) wanted.add(`row-${change}`);
      if (change === 'added') parts.push(mark('span', 'added-plus', '+'));
    }
    const peers = controller.peersAt(row.id, spec.id);
    const [peer] = peers;
    if (peer !== undefined) {
      wanted.add('has-peer').add(`person-${personColour(peer.userId)}`);
      parts.push(mark('em', 'peer-letters', twoLetters(peer.name)));
    }
    this.#gui.replaceChildren(...parts);
    for (const name of MARK_CLASSES) eGridCell.classList.toggle(name, wanted.has(name));
    eGridCell.setAttribute(
      'aria-label',
      spokenCell(
        model,
        row,
        spec,
        peers.map((other) => other.name),
      ),
    );
    eGridCell.setAttribute('aria-readonly', String(model.denial(row, spec) !== null));
    if (marks?.invalid != null) eGridCell.setAttribute('aria-invalid', 'true');
    else eGridCell.removeAttribute('aria-invalid');
    if (column !== undefined) controller.selection?.paintCell(eGridCell, node.rowIndex ?? -1, column.getColId());
    this.#shown = spec.id === TOTAL_COLUMN ? '' : text;
  }
}

function mark(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** `-1111--` as seven places, dots for none. */
function daysMark(text: string): HTMLElement {
  const days = mark('span', 'days-of-week');
  days.append(...[...text].map((day) => mark(day === '-' ? 'i' : 'span', '', day === '-' ? '·' : day)));
  return days;
}

/** A remote change fades its tint for 600 ms without moving anything; CSS turns it off under reduced motion. */
function flashRemote(cell: HTMLElement): void {
  cell.classList.remove('remote-change');
  // Reading the width restarts the animation when two changes meet in one cell.
  void cell.offsetWidth;
  cell.classList.add('remote-change');
  cell.addEventListener('animationend', () => cell.classList.remove('remote-change'), { once: true });
}
