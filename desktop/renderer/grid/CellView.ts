// Draws one cell: value, old value in redline, marks, remote cursor, and the name a screen reader hears. A plain renderer, not a
// React one: it runs for every cell that scrolls into sight. Reads from the controller's model; must not write anything.
import type { ICellRendererComp, ICellRendererParams } from 'ag-grid-community';
import { personColour, twoLetters } from '../kit/people.ts';
import { readCell, spokenCell } from './cellWords.ts';
import type { GridController } from './controller.ts';
import { TOTAL_COLUMN } from './lineTotal.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow } from './sheetModel.ts';

export interface CellViewParams extends ICellRendererParams<GridRow, string> {
  readonly controller: GridController;
  readonly spec: GridColumn;
}

const QUIET_STATUS: ReadonlySet<string | null> = new Set(['PRE_EMPTED', 'REVISED']);

export class CellView implements ICellRendererComp<GridRow> {
  readonly #gui = document.createElement('span');
  #shown = '';
  #classes: readonly string[] = [];

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

  #draw({ controller, spec: sheetColumn, data, eGridCell, node, column }: CellViewParams): void {
    if (data === undefined) return;
    const { model } = controller;
    const spec = model.cellColumn(data, sheetColumn);
    const cell = readCell(model, data, spec);
    const peers = controller.peersAt(data.id, spec.id);
    const classes: string[] = [];
    const before: Node[] = [];
    const after: Node[] = [];
    const { contest, invalid, waiting, openComments } = cell.marks;
    if (waiting) before.push(mark('i', 'waiting-ring'));
    if (contest !== null) {
      classes.push('is-contested');
      before.push(drawnMark('b', 'contest-count', String(contest.values.length)));
    }
    if (invalid !== null) classes.push('is-invalid');
    if (openComments > 0) classes.push('has-comment');
    if (data.ghost) classes.push('is-ghost');
    else if (QUIET_STATUS.has(model.value(data, 'status'))) classes.push('row-quiet');
    if (spec.locked === true) classes.push('is-locked');
    if (cell.was !== undefined) {
      classes.push('is-changed');
      if (cell.was !== null) before.push(drawnMark('s', 'was', cell.wasShown));
    }
    // The grid copies renderer parameters, so columns are compared by id.
    const isName = spec.id === model.columns[0]?.id;
    const change = isName && controller.showsChanges ? model.rowChange(data) : null;
    if (isName) {
      const preEmpted = model.value(data, 'status') === 'PRE_EMPTED';
      if (preEmpted) classes.push('is-sub-line');
      // A spot that did not run is no gain, whenever its line came.
      if (change !== null) classes.push(preEmpted ? 'row-removed' : `row-${change}`);
      if (change === 'added' && !preEmpted) after.push(drawnMark('span', 'added-plus', '+'));
    }
    const [peer] = peers;
    if (peer !== undefined) {
      classes.push('has-peer', `person-${personColour(peer.userId)}`);
      after.push(drawnMark('em', 'peer-letters', twoLetters(peer.name)));
    }
    this.#fill(spec, cell.shown, before, after);
    if (model.sheet === 'terms') this.#gui.title = rawText(model.value(data, spec.id), cell.text);
    this.#dress(eGridCell, classes);
    const names = peers.map((other) => other.name);
    eGridCell.setAttribute('aria-label', spokenCell(model, data, spec, { ...cell, change }, names));
    if (cell.denial !== null) eGridCell.setAttribute('aria-readonly', 'true');
    else eGridCell.removeAttribute('aria-readonly');
    if (invalid !== null) eGridCell.setAttribute('aria-invalid', 'true');
    else eGridCell.removeAttribute('aria-invalid');
    if (column !== undefined) controller.selection?.paintCell(eGridCell, node.rowIndex ?? -1, spec.id);
    this.#shown = spec.id === TOTAL_COLUMN ? '' : cell.text;
  }

  /** A plain cell is one text node: most cells are, and they scroll by in hundreds. */
  #fill(spec: GridColumn, text: string, before: readonly Node[], after: readonly Node[]): void {
    if (spec.type === 'days' && /^[1-9X-]{7}$/.test(text))
      this.#gui.replaceChildren(...before, daysMark(text), ...after);
    else if (before.length === 0 && after.length === 0) this.#gui.textContent = text;
    else this.#gui.replaceChildren(...before, mark('span', 'now', text), ...after);
  }

  #dress(cell: HTMLElement, classes: readonly string[]): void {
    for (const name of this.#classes) if (!classes.includes(name)) cell.classList.remove(name);
    if (classes.length > 0) cell.classList.add(...classes);
    this.#classes = classes;
  }
}

function mark(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== '') element.textContent = text;
  // The cell's own name says every mark in words.
  if (className !== 'now' && className !== '') element.setAttribute('aria-hidden', 'true');
  return element;
}

/** What is stored, for a tooltip, where the cell shows it in other words. */
function rawText(value: string | null, text: string): string {
  return value === null || value === text ? '' : value;
}

/** Words that are drawn beside the value and are no part of it: the cell's own name says them, and its text stays the value. */
function drawnMark(tag: string, className: string, words: string): HTMLElement {
  const element = mark(tag, className);
  element.dataset.mark = words;
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
