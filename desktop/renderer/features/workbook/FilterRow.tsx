// The filter above the grid: rows that hold a text, or carry a mark. Closing it shows every row again.
import { Cross } from '@blueprintjs/icons';
import { useEffect, useState } from 'react';
import type { GridController } from '../../grid/controller.ts';
import { isFiltering, MARK_FILTERS, type MarkFilter, type RowFilter } from '../../grid/rowFilter.ts';
import { Action, countText } from '../../kit/index.ts';

const MARK_WORDS: Readonly<Record<MarkFilter, string>> = {
  any: 'every row',
  changed: 'changed rows',
  contested: 'contested rows',
  invalid: 'rows that are not valid',
  waiting: 'rows not stored yet',
};
const WAIT_MS = 150;

export function FilterRow({
  controller,
  onClose,
}: {
  readonly controller: GridController;
  readonly onClose: () => void;
}) {
  const [filter, setFilter] = useState<RowFilter>(controller.order.filter ?? { text: '', field: null, mark: 'any' });
  useEffect(() => {
    // A hundred thousand rows are tested at once: wait until the typing rests.
    const timer = setTimeout(() => controller.order.setFilter(isFiltering(filter) ? filter : null), WAIT_MS);
    return () => clearTimeout(timer);
  }, [controller, filter]);
  useEffect(() => () => controller.order.setFilter(null), [controller]);
  const { columns } = controller.model;
  return (
    <search className="find-row" aria-label="Filter">
      <label>
        <span className="muted">Show </span>
        <select
          value={filter.mark}
          onChange={(event) => {
            const mark = MARK_FILTERS.find((known) => known === event.target.value) ?? 'any';
            setFilter({ ...filter, mark });
          }}
        >
          {MARK_FILTERS.map((mark) => (
            <option key={mark} value={mark}>
              {MARK_WORDS[mark]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="muted">with </span>
        <input
          className="bp6-input"
          value={filter.text}
          placeholder="text or number"
          // biome-ignore lint/a11y/noAutofocus: the row was opened to type here.
          autoFocus
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
          onKeyDown={(event) => event.key === 'Escape' && onClose()}
        />
      </label>
      <label>
        <span className="muted">in </span>
        <select
          value={filter.field ?? ''}
          onChange={(event) => setFilter({ ...filter, field: event.target.value === '' ? null : event.target.value })}
        >
          <option value="">any column</option>
          {columns.map((column) => (
            <option key={column.id} value={column.id}>
              {controller.model.label(column)}
            </option>
          ))}
        </select>
      </label>
      <span className="muted" role="status">
        {controller.order.filter === null ? '' : `${countText(controller.size().rows)} rows shown`}
      </span>
      <span className="grow" />
      <Action tone="minimal" small iconOnly icon={<Cross size={14} />} text="Close the filter" onClick={onClose} />
    </search>
  );
}
