// The editor of a cell: a line of text (several in a column of text), and for choices and references the allowed words below it. Owns
// typing; the session reads what was typed and decides whether it fits.
import type { ICellEditorComp, ICellEditorParams } from 'ag-grid-community';
import { todayIso } from '../kit/dates.ts';
import type { GridController } from './controller.ts';
import { offeredWords } from './offeredWords.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow } from './sheetModel.ts';
import { Suggestions } from './suggestions.ts';

/** What a line of text and several lines have in common. */
type TextField = HTMLElement &
  Pick<
    HTMLInputElement,
    | 'value'
    | 'autocomplete'
    | 'maxLength'
    | 'selectionStart'
    | 'selectionEnd'
    | 'setRangeText'
    | 'setSelectionRange'
    | 'select'
  >;

const MOST_LINES = 12;

export interface CellEditorParams extends ICellEditorParams<GridRow, string> {
  readonly controller: GridController;
  readonly spec: GridColumn;
}

export class CellEditor implements ICellEditorComp<GridRow> {
  #input: TextField = document.createElement('input');
  #suggestions: Suggestions | null = null;
  #startsTyped = false;
  #closed: () => void = () => undefined;

  init(params: CellEditorParams): void {
    const { controller, data, eventKey } = params;
    const spec = controller.model.cellColumn(data, params.spec);
    this.#closed = controller.editor.opened({ row: data, column: spec, text: () => this.getValue() });
    // A line field would drop the line breaks that a text may hold, and write the text without them.
    const lines = spec.type === 'text' ? document.createElement('textarea') : null;
    const input: TextField = lines ?? document.createElement('input');
    this.#input = input;
    if (lines !== null) lines.rows = 1;
    input.className = 'cell-editor';
    input.spellcheck = spec.type === 'text';
    input.autocomplete = 'off';
    input.maxLength = 20_000;
    input.setAttribute('aria-label', `${controller.model.cellName(data, spec)}, edit`);
    this.#startsTyped = eventKey !== null && eventKey.length === 1;
    const isBlanked = eventKey === 'Backspace' || eventKey === 'Delete';
    input.value = this.#startsTyped ? (eventKey ?? '') : isBlanked ? '' : controller.model.editText(data, spec);
    const words = offeredWords(controller.session, controller.sheet, data, spec);
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
      if (event.key === 'Enter' && event.altKey && lines !== null) {
        event.preventDefault();
        event.stopPropagation();
        lines.setRangeText('\n', lines.selectionStart, lines.selectionEnd, 'end');
        lines.dispatchEvent(new Event('input'));
        return;
      }
      if (this.#suggestions?.handleKey(event) === true) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    input.addEventListener('input', () => {
      this.#suggestions?.show(input.value);
      if (lines !== null) showAll(lines);
    });
  }

  getGui(): HTMLElement {
    return this.#input;
  }

  afterGuiAttached(): void {
    this.#input.focus();
    if (this.#input instanceof HTMLTextAreaElement) showAll(this.#input);
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

/** Lines below the first lie over the rows below, as long as they are edited. */
function showAll(text: HTMLTextAreaElement): void {
  const lines = Math.min(text.value.split('\n').length, MOST_LINES);
  text.rows = lines;
  text.classList.toggle('has-lines', lines > 1);
}
