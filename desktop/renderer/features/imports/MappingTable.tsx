// Which file column fills which sheet column, with samples, and which columns name a row.
import { Checkbox, HTMLSelect } from '@blueprintjs/core';
import type { ImportMapping, ImportStarted } from '@countersign/shared/protocol/api';
import { mappingRows, withColumn, withKey } from './mappingRows.ts';

export interface MappingTableProps {
  readonly started: ImportStarted;
  readonly mapping: ImportMapping;
  readonly onMapping: (mapping: ImportMapping) => void;
}

export function MappingTable({ started, mapping, onMapping }: MappingTableProps) {
  const rows = mappingRows(started, mapping);
  return (
    <table className="hairline mapping" aria-label="Columns">
      <thead>
        <tr>
          <th scope="col">Sheet column</th>
          <th scope="col">From the file</th>
          <th scope="col">Names the row</th>
          <th scope="col">First values</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.column} className={row.from === null ? 'is-unmapped' : ''}>
            <td>
              {row.label}
              {row.required && <span className="muted"> needed</span>}
            </td>
            <td>
              <HTMLSelect
                className="boxed-select"
                iconName="caret-down"
                aria-label={`${row.label}, from the file`}
                value={row.from ?? ''}
                onChange={(event) =>
                  onMapping(
                    withColumn(
                      mapping,
                      row.column,
                      event.currentTarget.value === '' ? null : event.currentTarget.value,
                    ),
                  )
                }
                options={[
                  { value: '', label: 'Left as it is' },
                  ...started.columns.map((column) => ({ value: column, label: column })),
                ]}
              />
            </td>
            <td>
              <Checkbox
                className="key-box"
                aria-label={`${row.label} names the row`}
                checked={row.isKey}
                onChange={(event) => onMapping(withKey(mapping, row.column, event.currentTarget.checked))}
              />
            </td>
            <td className="muted ellipsis samples">{row.samples.join(' · ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
