// What the checked file will do: refused cells with row, column and reason; rows to be changed, with their cells; rows to be added.

import { Tab, Tabs } from '@blueprintjs/core';
import type { ImportState } from '@countersign/shared/protocol/api';
import { type ReactNode, useState } from 'react';
import { Action, countText } from '../../kit/index.ts';

type Result = NonNullable<ImportState['result']>;
const PAGE = 100;

function More({ shown, all, onMore }: { readonly shown: number; readonly all: number; readonly onMore: () => void }) {
  if (all <= shown) return null;
  return (
    <div className="table-more">
      <Action small text={`Show ${countText(Math.min(PAGE, all - shown))} more`} onClick={onMore} />
      <span className="small muted">{countText(all - shown)} not shown yet</span>
    </div>
  );
}

interface RowTableProps<T extends { readonly row: number }> {
  readonly name: string;
  /** Titles of the columns after the row's number. */
  readonly columns: readonly string[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly cells: (row: T) => ReactNode;
}

/** Rows of the file, each with its number there. */
function RowTable<T extends { readonly row: number }>({ name, columns, rows, keyOf, cells }: RowTableProps<T>) {
  return (
    <table className="hairline" aria-label={name}>
      <thead>
        <tr>
          <th scope="col" className="num row-number">
            Row
          </th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            <td className="num">{countText(row.row)}</td>
            {cells(row)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Refused({ result }: { readonly result: Result }) {
  const [shown, setShown] = useState(PAGE);
  if (result.refused.length === 0) return <p className="section muted">Every cell of the file can be read.</p>;
  return (
    <>
      <RowTable
        name="Refused cells"
        columns={['Column', 'Value', 'Why']}
        rows={result.refused.slice(0, shown)}
        keyOf={(cell) => `${cell.row}/${cell.column}/${cell.reason}`}
        cells={(cell) => (
          <>
            <td>{cell.column}</td>
            <td className="ellipsis refused-value bad">{cell.value === '' ? 'Empty' : cell.value}</td>
            <td className="refused-reason">{cell.reason}</td>
          </>
        )}
      />
      <More shown={shown} all={result.refused.length} onMore={() => setShown(shown + PAGE)} />
    </>
  );
}

/** Where the server lists only the first of many. */
function FirstOf({ listed, all, verb }: { readonly listed: number; readonly all: number; readonly verb: string }) {
  if (all <= listed) return null;
  return (
    <p className="section small muted">
      The first {countText(listed)} are listed; all will be {verb}.
    </p>
  );
}

function Changed({ result }: { readonly result: Result }) {
  const rows = result.changedRows ?? [];
  if (result.changed === 0) return <p className="section muted">No row of the draft will be changed.</p>;
  return (
    <>
      <RowTable
        name="Rows to change"
        columns={['Name', 'Cells']}
        rows={rows}
        keyOf={(row) => String(row.row)}
        cells={(row) => (
          <>
            <td>{row.name}</td>
            <td className="changed-cells">
              {row.changes.map((change) => (
                <span key={change.field} className="changed-cell">
                  <span className="muted">{change.label} </span>
                  {change.from !== null && <del className="old-value">{change.from}</del>}{' '}
                  <ins className="new-value">{change.to ?? 'Empty'}</ins>
                </span>
              ))}
            </td>
          </>
        )}
      />
      <FirstOf listed={rows.length} all={result.changed} verb="changed" />
    </>
  );
}

function Added({ result }: { readonly result: Result }) {
  const rows = result.addedRows ?? [];
  if (result.added === 0) return <p className="section muted">No row will be added.</p>;
  return (
    <>
      <RowTable
        name="Rows to add"
        columns={['Name']}
        rows={rows}
        keyOf={(row) => String(row.row)}
        cells={(row) => <td>{row.name}</td>}
      />
      <FirstOf listed={rows.length} all={result.added} verb="added" />
    </>
  );
}

export function ResultTables({ result }: { readonly result: Result }) {
  const first = result.refused.length > 0 ? 'refused' : result.changed > 0 ? 'changed' : 'added';
  const [chosen, setChosen] = useState<string>(first);
  const title = (text: string, count: number) => (
    <>
      {text} <span className="muted">{countText(count)}</span>
    </>
  );
  return (
    <Tabs
      id="import-result"
      className="import-tabs"
      animate={false}
      renderActiveTabPanelOnly
      selectedTabId={chosen}
      onChange={(tab) => setChosen(String(tab))}
    >
      <Tab id="refused" title={title('Refused', result.refused.length)} panel={<Refused result={result} />} />
      <Tab id="changed" title={title('To change', result.changed)} panel={<Changed result={result} />} />
      <Tab id="added" title={title('To add', result.added)} panel={<Added result={result} />} />
    </Tabs>
  );
}
