// A redline of long text by words: what stays, what is struck, what is new. Pure.

export interface RedlinePart {
  readonly is: 'same' | 'old' | 'new';
  readonly text: string;
}

/** Beyond this many word pairs the whole text is struck and replaced: a table that size would pause the screen. */
const MOST_CELLS = 1_000_000;
const split = (text: string): string[] => text.split(/(?<=\s)/);

/** Lengths of the longest common subsequences of all suffixes. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = table[i] ?? new Uint16Array(0);
    const below = table[i + 1] ?? new Uint16Array(0);
    for (let j = b.length - 1; j >= 0; j -= 1)
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return table;
}

/** Parts in reading order; the old words before the new ones where both differ. Concatenating same+new gives `to` exactly. */
export function wordRedline(from: string, to: string): RedlinePart[] {
  const a = split(from);
  const b = split(to);
  const parts: { is: RedlinePart['is']; text: string }[] = [];
  const push = (is: RedlinePart['is'], text: string) => {
    if (text === '') return;
    const last = parts.at(-1);
    if (last?.is === is) last.text += text;
    else parts.push({ is, text });
  };
  if (a.length * b.length > MOST_CELLS || a.length > 60_000 || b.length > 60_000) {
    push('old', from);
    push('new', to);
    return parts;
  }
  const table = commonLengths(a, b);
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i] ?? '');
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      push('old', a[i] ?? '');
      i += 1;
    } else {
      push('new', b[j] ?? '');
      j += 1;
    }
  }
  return parts;
}
