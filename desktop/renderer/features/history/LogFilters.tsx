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

const orNull = (value: string): string | null => (value === '' ? null : value);

export function LogFilters({ filter, dates, documents, people, onFilter, onDates }: LogFiltersProps) {
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
        onValue={(value) => onDates(DATE_FILTERS.find((each) => each === value) ?? 'any')}
      />
    </fieldset>
  );
}
