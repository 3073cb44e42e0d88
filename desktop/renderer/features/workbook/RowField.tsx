// A text field of a row above the grid: Enter does what the row is for, Escape leaves the row. Owns its keys and look.
import type { KeyboardEvent } from 'react';

export interface RowFieldProps {
  readonly value: string;
  readonly placeholder: string;
  /** What a screen reader calls it; the placeholder when that says it. */
  readonly label?: string;
  /** The row was opened to type here. */
  readonly first?: boolean;
  readonly onText: (text: string) => void;
  readonly onEnter: (event: KeyboardEvent) => void;
  readonly onEscape: () => void;
}

export function RowField({ value, placeholder, label, first, onText, onEnter, onEscape }: RowFieldProps) {
  return (
    <input
      className="bp6-input"
      value={value}
      placeholder={placeholder}
      aria-label={label ?? placeholder}
      // biome-ignore lint/a11y/noAutofocus: a person opened the row to type in its first field.
      autoFocus={first === true}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnter(event);
        if (event.key === 'Escape') onEscape();
      }}
    />
  );
}
