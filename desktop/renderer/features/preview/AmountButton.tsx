// An amount that opens its trace. Owns the look and the keys: arrows move between the amounts of one table.
import type { KeyboardEvent } from 'react';
import { amountText } from '../../kit/index.ts';

export interface AmountButtonProps {
  /** Decimal text. */
  readonly amount: string;
  /** What the amount is, for a screen reader: "Line 8, gross". */
  readonly of: string;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly signed?: boolean;
}

const STEP: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Moves focus to the amount above or below in the same table, so that a long statement needs one tab stop to leave. */
export function moveBetweenAmounts(event: KeyboardEvent<HTMLElement>): void {
  const step = STEP[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement)) return;
  const amounts = [...event.currentTarget.querySelectorAll<HTMLElement>('button.amount-button')];
  const at = amounts.indexOf(event.target);
  const next = at === -1 ? undefined : amounts[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}

export function AmountButton({ amount, of, selected, onSelect, signed = false }: AmountButtonProps) {
  const shown = amountText(amount, { signed });
  return (
    <button
      type="button"
      className={`amount-button num${selected ? ' is-selected' : ''}`}
      aria-pressed={selected}
      aria-label={`${of}, ${shown}. Show the trace.`}
      onClick={onSelect}
    >
      {shown}
    </button>
  );
}
