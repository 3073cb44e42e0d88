// The filters of the log: document, person, kind, dates. Native controls: one tab stop each, typed letters find.
import { HTMLSelect } from '@blueprintjs/core';
import { KIND_WORDS } from './entryWords.ts';
import { DATE_FILTERS, DATE_WORDS, type DateFilter, type Days, endsBeforeItStarts } from './logPeriod.ts';
import type { LogFilter } from './useLog.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface LogFiltersProps {
  readonly filter: LogFilter;
  readonly dates: DateFilter;
  readonly days: Days;
  readonly documents: readonly Choice[] | null;
  readonly people: readonly Choice[];
  readonly onFilter: (filter: LogFilter) => void;
  readonly onDates: (dates: DateFilter, days: Days) => void;
}

interface QuietSelectProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly Choice[];
  readonly onValue: (value: string) => void;
}

function QuietSelect({ name, value, options, onValue }: QuietSelectProps) {
  return (
    <HTMLSelect
      minimal
      className="quiet-select"
      iconName="caret-down"
      aria-label={name}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      options={[...options]}
    />
  );
}

interface DayFieldProps {
  readonly name: string;
  readonly value: string;
  readonly invalid: boolean;
  readonly onValue: (day: string) => void;
}

function DayField({ name, value, invalid, onValue }: DayFieldProps) {
  return (
    <label className="row gap-1 small">
      <span className="muted">{name}</span>
      <input
        type="date"
        className="log-day"
        value={value}
        aria-invalid={invalid}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
    </label>
  );
}

const orNull = (value: string): string | null => (value === '' ? null : value);

export function LogFilters({ filter, dates, days, documents, people, onFilter, onDates }: LogFiltersProps) {
  const invalid = endsBeforeItStarts(days);
  return (
    <fieldset className="log-filters" aria-label="Filters">
      {documents !== null && (
        <QuietSelect
          name="Document"
          value={filter.doc ?? ''}
          options={[{ value: '', label: 'All documents' }, ...documents]}
          onValue={(value) => onFilter({ ...filter, doc: orNull(value) })}
        />
      )}
      <QuietSelect
        name="Person"
        value={filter.user ?? ''}
        options={[{ value: '', label: 'Anyone' }, ...people]}
        onValue={(value) => onFilter({ ...filter, user: orNull(value) })}
      />
      <QuietSelect
        name="Kind"
        value={filter.kind ?? ''}
        options={[
          { value: '', label: 'Every kind' },
          ...Object.entries(KIND_WORDS).map(([value, label]) => ({ value, label })),
        ]}
        onValue={(value) => onFilter({ ...filter, kind: orNull(value) })}
      />
      <QuietSelect
        name="Dates"
        value={dates}
        options={DATE_FILTERS.map((value) => ({ value, label: DATE_WORDS[value] }))}
        onValue={(value) => onDates(DATE_FILTERS.find((each) => each === value) ?? 'any', days)}
      />
      {dates === 'days' && (
        <>
          <DayField
            name="From"
            value={days.from}
            invalid={invalid}
            onValue={(from) => onDates(dates, { ...days, from })}
          />
          <DayField name="To" value={days.to} invalid={invalid} onValue={(to) => onDates(dates, { ...days, to })} />
          {invalid && (
            <span className="small bad" role="status">
              Ends before it starts
            </span>
          )}
        </>
      )}
    </fieldset>
  );
}
