// Draws a column header: a lock where it cannot be written, weekday letters over days, a mark where the view is sorted.
import type { IHeaderComp, IHeaderParams } from 'ag-grid-community';
import type { GridController } from './controller.ts';
import type { GridColumn } from './sheetColumns.ts';

export interface HeaderViewParams extends IHeaderParams {
  readonly controller: GridController;
  readonly spec: GridColumn;
}

const LOCK =
  'M4 6V4.5a3 3 0 0 1 6 0V6h.5a.5.5 0 0 1 .5.5v5a.5.5 0 0 1-.5.5h-7a.5.5 0 0 1-.5-.5v-5a.5.5 0 0 1 .5-.5zm1.2 0h3.6V4.5a1.8 1.8 0 0 0-3.6 0z';
const SVG = 'http://www.w3.org/2000/svg';
const RIGHT = new Set(['money', 'rate', 'percent', 'quantity', 'date', 'time']);

export class HeaderView implements IHeaderComp {
  readonly #gui = document.createElement('div');

  init(params: HeaderViewParams): void {
    this.#draw(params);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(params: HeaderViewParams): boolean {
    this.#draw(params);
    return true;
  }

  #draw({ spec, controller }: HeaderViewParams): void {
    const words = controller.model.header(spec);
    this.#gui.className = `column-header${RIGHT.has(spec.type) ? ' right' : ''}`;
    this.#gui.replaceChildren();
    if (spec.locked === true) this.#gui.append(lock());
    if (spec.type === 'days') {
      const days = document.createElement('span');
      days.className = 'days-of-week';
      days.setAttribute('aria-label', words);
      for (const [i, letter] of [...'MTWTFSS'].entries()) {
        const day = document.createElement('span');
        day.textContent = letter;
        day.dataset.day = String(i);
        days.append(day);
      }
      this.#gui.append(days);
      return;
    }
    const label = document.createElement('span');
    label.className = 'ellipsis';
    label.textContent = words;
    label.title = spec.lockReason ?? words;
    this.#gui.append(label);
    const sorted = controller.order.sortedBy;
    if (sorted?.field === spec.id) {
      const mark = document.createElement('span');
      mark.className = 'sort-mark';
      mark.textContent = sorted.direction === 'ascending' ? '↑' : '↓';
      mark.setAttribute('aria-label', `sorted, ${sorted.direction}`);
      this.#gui.append(mark);
    }
  }
}

function lock(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 14 14');
  svg.setAttribute('width', '12');
  svg.setAttribute('height', '12');
  svg.setAttribute('aria-label', 'locked');
  svg.setAttribute('role', 'img');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', LOCK);
  path.setAttribute('fill', 'currentColor');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
