// The two choices of a statement: which billing period, and as known on which day. Native controls: exact on the keyboard.
import { HTMLSelect } from '@blueprintjs/core';
import { Action, dateText } from '../../kit/index.ts';
import type { BillingPeriod } from './billingPeriods.ts';

export interface PeriodPickerProps {
  readonly periods: readonly BillingPeriod[];
  readonly period: BillingPeriod;
  readonly onPeriod: (period: BillingPeriod) => void;
  /** ISO date, or null for everything known. */
  readonly knownOn: string | null;
  readonly onKnownOn: (date: string | null) => void;
}

export function PeriodPicker({ periods, period, onPeriod, knownOn, onKnownOn }: PeriodPickerProps) {
  const last = new Date(Date.parse(`${period.to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return (
    <>
      <div className="statement-choice">
        <span className="caption">Statement</span>
        <HTMLSelect
          minimal
          className="quiet-select"
          iconName="caret-down"
          aria-label="Statement period"
          title={`${dateText(period.from)} to ${dateText(last)}`}
          // A select measures its text before the font has loaded; the width in characters keeps the name whole.
          style={{ minWidth: `calc(${period.label.length} * 0.9ch + 44px)` }}
          value={period.key}
          onChange={(event) => {
            const chosen = periods.find((each) => each.key === event.currentTarget.value);
            if (chosen !== undefined) onPeriod(chosen);
          }}
          options={periods.map((each) => ({ value: each.key, label: each.label }))}
        />
      </div>
      <div className="statement-choice">
        <label className="caption" htmlFor="known-on">
          As known on
        </label>
        <span className="row gap-1">
          <input
            id="known-on"
            type="date"
            className={knownOn === null ? 'known-on is-empty' : 'known-on'}
            value={knownOn ?? ''}
            onChange={(event) => onKnownOn(event.currentTarget.value === '' ? null : event.currentTarget.value)}
          />
          {knownOn === null ? (
            <span className="small muted known-words">everything known</span>
          ) : (
            <Action small tone="minimal" text="Everything known" onClick={() => onKnownOn(null)} />
          )}
        </span>
      </div>
    </>
  );
}
