// The list of allowed words under an open editor. Owns its own element on the page body, so that no cell clips it.

const MOST_SHOWN = 12;
let lists = 0;

export class Suggestions {
  readonly #input: HTMLElement;
  readonly #words: readonly string[];
  readonly #take: (word: string) => void;
  readonly #closed: boolean;
  readonly #list = document.createElement('ul');
  #shown: readonly string[] = [];
  #at = -1;

  /** `closed`: only these words are allowed, so the first that matches is taken; else they are only offered. */
  constructor(input: HTMLElement, words: readonly string[], closed: boolean, take: (word: string) => void) {
    this.#closed = closed;
    this.#input = input;
    this.#words = words;
    this.#take = take;
    this.#list.className = 'cell-suggestions';
    this.#list.setAttribute('role', 'listbox');
    lists += 1;
    this.#list.id = `suggestions-${lists}`;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-controls', this.#list.id);
    // A press on the list must not blur the editor, which would commit what was typed before the word is taken.
    this.#list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const item = event.target instanceof Element ? event.target.closest('li') : null;
      if (item?.textContent != null) this.#take(item.textContent);
    });
  }

  /** Shows the words that hold what was typed; all of them for an empty text. */
  show(typed: string): void {
    const wanted = typed.trim().toLowerCase();
    const starts = this.#words.filter((word) => word.toLowerCase().startsWith(wanted));
    const holds = this.#words.filter((word) => !starts.includes(word) && word.toLowerCase().includes(wanted));
    this.#shown = [...starts, ...holds].slice(0, MOST_SHOWN);
    this.#at = this.#closed && wanted !== '' && this.#shown.length > 0 ? 0 : -1;
    this.#draw();
  }

  /** Arrows walk the list while it is open. */
  handleKey(event: KeyboardEvent): boolean {
    if (this.#shown.length === 0 || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return false;
    const by = event.key === 'ArrowDown' ? 1 : -1;
    this.#at = (this.#at + by + this.#shown.length) % this.#shown.length;
    this.#draw();
    return true;
  }

  /** The word under the cursor of the list; null leaves what was typed. */
  chosen(): string | null {
    return this.#shown[this.#at] ?? null;
  }

  remove(): void {
    this.#list.remove();
  }

  #draw(): void {
    if (this.#shown.length === 0) {
      this.#list.remove();
      this.#input.setAttribute('aria-expanded', 'false');
      return;
    }
    this.#list.replaceChildren(
      ...this.#shown.map((word, i) => {
        const item = document.createElement('li');
        item.setAttribute('role', 'option');
        item.id = `${this.#list.id}-${i}`;
        item.setAttribute('aria-selected', String(i === this.#at));
        item.textContent = word;
        return item;
      }),
    );
    if (this.#at >= 0) this.#input.setAttribute('aria-activedescendant', `${this.#list.id}-${this.#at}`);
    this.#input.setAttribute('aria-expanded', 'true');
    if (!this.#list.isConnected) document.body.append(this.#list);
    const box = this.#input.getBoundingClientRect();
    const below = window.innerHeight - box.bottom > this.#list.offsetHeight + 8;
    this.#list.style.left = `${box.left}px`;
    this.#list.style.minWidth = `${box.width}px`;
    this.#list.style.top = below ? `${box.bottom + 2}px` : `${box.top - this.#list.offsetHeight - 2}px`;
  }
}
