// The editor of a cell: a line of text, and for choices and references the allowed words below it. Owns typing; the session reads
// what was typed and decides whether it fits.
import type { ICellEditorComp, ICellEditorParams } from 'ag-grid-community';
import { todayIso } from '../kit/dates.ts';
import type { GridController } from './controller.ts';
import type { GridColumn, GridRow } from './sheetModel.ts';
import { Suggestions } from './suggestions.ts';

export interface CellEditorParams extends ICellEditorParams<GridRow, string> {
  readonly controller: GridController;
  readonly spec: GridColumn;
}

export class CellEditor implements ICellEditorComp<GridRow> {
  readonly #input = document.createElement('input');
  #suggestions: Suggestions | null = null;
  #startsTyped = false;
  #closed: () => void = () => undefined;

  init(params: CellEditorParams): void {
    const { controller, spec, data, eventKey } = params;
    this.#closed = controller.editor.opened({ row: data, column: spec, text: () => this.getValue() });
    const input = this.#input;
    input.type = 'text';
    input.className = 'cell-editor';
    input.spellcheck = spec.type === 'text';
    input.autocomplete = 'off';
    input.maxLength = 20_000;
    input.setAttribute('aria-label', `${controller.model.cellName(data, spec)}, edit`);
    this.#startsTyped = eventKey !== null && eventKey.length === 1;
    const isBlanked = eventKey === 'Backspace' || eventKey === 'Delete';
    input.value = this.#startsTyped ? (eventKey ?? '') : isBlanked ? '' : controller.model.editText(data, spec);
    const words = controller.suggestionsFor(spec);
    if (words.length > 0) {
      this.#suggestions = new Suggestions(input, words, spec.type === 'choice', (word) => {
        input.value = word;
        params.stopEditing();
      });
    }
    input.addEventListener('keydown', (event) => {
      if (event.key === ';' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        input.setRangeText(todayIso(), input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
        return;
      }
      if (this.#suggestions?.handleKey(event) === true) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    input.addEventListener('input', () => this.#suggestions?.show(input.value));
  }

  getGui(): HTMLElement {
    return this.#input;
  }

  afterGuiAttached(): void {
    this.#input.focus();
    if (this.#startsTyped) {
      this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
      this.#suggestions?.show(this.#input.value);
    } else {
      this.#input.select();
      this.#suggestions?.show('');
    }
  }

  getValue(): string {
    return this.#suggestions?.chosen() ?? this.#input.value;
  }

  isCancelBeforeStart(): boolean {
    return false;
  }

  destroy(): void {
    this.#closed();
    this.#suggestions?.remove();
  }
}
