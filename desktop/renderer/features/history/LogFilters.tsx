// The filters of the log: document, person, kind, dates. Native selects: one tab stop each, typed letters find.
import { HTMLSelect } from '@blueprintjs/core';
import { DATE_FILTERS, DATE_WORDS, type DateFilter, KIND_WORDS } from './entryWords.ts';
import type { LogFilter } from './useLog.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface LogFiltersProps {
  readonly filter: LogFilter;
  readonly dates: DateFilter;
  readonly documents: readonly Choice[] | null;
  readonly people: readonly Choice[];
  readonly onFilter: (filter: LogFilter) => void;
  readonly onDates: (dates: DateFilter) => void;
}

const orNull = (value: string): string | null => (value === '' ? null : value);

export function LogFilters({ filter, dates, documents, people, onFilter, onDates }: LogFiltersProps) {
  return (
    <fieldset className="log-filters" aria-label="Filters">
      {documents !== null && (
        <HTMLSelect
          minimal
          className="quiet-select"
          iconName="caret-down"
          aria-label="Document"
          value={filter.doc ?? ''}
          onChange={(event) => onFilter({ ...filter, doc: orNull(event.currentTarget.value) })}
          options={[{ value: '', label: 'All documents' }, ...documents]}
        />
      )}
      <HTMLSelect
        minimal
        className="quiet-select"
        iconName="caret-down"
        aria-label="Person"
        value={filter.user ?? ''}
        onChange={(event) => onFilter({ ...filter, user: orNull(event.currentTarget.value) })}
        options={[{ value: '', label: 'Anyone' }, ...people]}
      />
      <HTMLSelect
        minimal
        className="quiet-select"
        iconName="caret-down"
        aria-label="Kind"
        value={filter.kind ?? ''}
        onChange={(event) => onFilter({ ...filter, kind: orNull(event.currentTarget.value) })}
        options={[
          { value: '', label: 'Every kind' },
          ...Object.entries(KIND_WORDS).map(([value, label]) => ({ value, label })),
        ]}
      />
      <HTMLSelect
        minimal
        className="quiet-select"
        iconName="caret-down"
        aria-label="Dates"
        value={dates}
        onChange={(event) => onDates(DATE_FILTERS.find((each) => each === event.currentTarget.value) ?? 'any')}
        options={DATE_FILTERS.map((value) => ({ value, label: DATE_WORDS[value] }))}
      />
    </fieldset>
  );
}
