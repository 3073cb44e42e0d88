// What the checked file will do: refused cells with row, column and reason; rows to be changed, with their cells; rows to be added.

import { Tab, Tabs } from '@blueprintjs/core';
import type { ImportState } from '@countersign/shared/protocol/api';
import { useState } from 'react';
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

function Refused({ result }: { readonly result: Result }) {
  const [shown, setShown] = useState(PAGE);
  if (result.refused.length === 0) return <p className="section muted">Every cell of the file can be read.</p>;
  return (
    <>
      <table className="hairline" aria-label="Refused cells">
        <thead>
          <tr>
            <th scope="col" className="num row-number">
              Row
            </th>
            <th scope="col">Column</th>
            <th scope="col">Value</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {result.refused.slice(0, shown).map((cell) => (
            <tr key={`${cell.row}/${cell.column}/${cell.reason}`}>
              <td className="num">{countText(cell.row)}</td>
              <td>{cell.column}</td>
              <td className="ellipsis refused-value bad">{cell.value === '' ? 'Empty' : cell.value}</td>
              <td className="refused-reason">{cell.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More shown={shown} all={result.refused.length} onMore={() => setShown(shown + PAGE)} />
    </>
  );
}

function Changed({ result }: { readonly result: Result }) {
  const rows = result.changedRows ?? [];
  if (result.changed === 0) return <p className="section muted">No row of the draft will be changed.</p>;
  return (
    <>
      <table className="hairline" aria-label="Rows to change">
        <thead>
          <tr>
            <th scope="col" className="num row-number">
              Row
            </th>
            <th scope="col">Name</th>
            <th scope="col">Cells</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td className="num">{countText(row.row)}</td>
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
            </tr>
          ))}
        </tbody>
      </table>
      {result.changed > rows.length && (
        <p className="section small muted">The first {countText(rows.length)} are listed; all will be changed.</p>
      )}
    </>
  );
}

function Added({ result }: { readonly result: Result }) {
  const rows = result.addedRows ?? [];
  if (result.added === 0) return <p className="section muted">No row will be added.</p>;
  return (
    <>
      <table className="hairline" aria-label="Rows to add">
        <thead>
          <tr>
            <th scope="col" className="num row-number">
              Row
            </th>
            <th scope="col">Name</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td className="num">{countText(row.row)}</td>
              <td>{row.name}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {result.added > rows.length && (
        <p className="section small muted">The first {countText(rows.length)} are listed; all will be added.</p>
      )}
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
