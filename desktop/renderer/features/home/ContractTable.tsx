// The rows of Home: a contract or rate card each, at the version that matters now, with a mark where somebody changed a draft since the
// person looked. Owns the table; which rows stand in it, and in which order, is the screen's.
import { CaretDown, CaretUp } from '@blueprintjs/icons';
import { type KeyboardEvent, memo, type ReactNode } from 'react';
import { useEngine, useSession } from '../../app/engineContext.tsx';
import { lookedKey, newSince } from '../../app/lookedAt.ts';
import { type DocumentView, documentPath, go } from '../../app/routes.ts';
import { versionName } from '../../app/versionName.ts';
import { dateText, StateMark, whenText } from '../../kit/index.ts';
import { type ContractRow, changedAt } from './contractRows.ts';
import type { RowOrder, SortColumn } from './rowOrder.ts';
import { WorthCell } from './WorthCell.tsx';
import './home.css';

const KIND_WORDS = { CONTRACT: 'Contract', RATE_CARD: 'Rate card' } as const;

/** Up and Down walk the rows, Enter opens. */
function walkRows(event: KeyboardEvent<HTMLTableRowElement>, open: () => void): void {
  if (event.key === 'Enter') open();
  const by =
    event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : null;
  if (by === null) return;
  event.preventDefault();
  const next = event.currentTarget[by];
  if (next instanceof HTMLElement) next.focus();
}

export interface ContractTableProps {
  readonly rows: readonly ContractRow[];
  readonly order: RowOrder;
  readonly onSort: (by: SortColumn) => void;
  /** Where a row leads; the view of its state without one. */
  readonly view?: DocumentView | undefined;
}

export function ContractTable({ rows, order, onSort, view }: ContractTableProps) {
  const userId = useSession()?.user.id ?? null;
  const head = (by: SortColumn, className: string, children: ReactNode) => (
    <SortHead by={by} order={order} onSort={onSort} className={className}>
      {children}
    </SortHead>
  );
  return (
    <div className="contract-list">
      <table className="hairline list-rows">
        <thead>
          <tr>
            {head('number', 'number', 'Number')}
            <th className="title">Title</th>
            <th className="counterparty">Counterparty</th>
            <th className="kind">Kind</th>
            {head('state', 'stand', 'State')}
            <th className="version">Version</th>
            {head('next', 'num next', 'Next date')}
            <th className="what" aria-label="What happens then" />
            {head('value', 'num value', 'Value')}
            {head('changed', 'num changed', 'Changed')}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ContractLine key={row.contract.id} row={row} view={view} userId={userId} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeadProps {
  readonly by: SortColumn;
  readonly order: RowOrder;
  readonly onSort: (by: SortColumn) => void;
  readonly className: string;
  readonly children: ReactNode;
}

/** [SCR-66] The head of a column that sorts: a button, so that Tab reaches it and Enter presses it. */
function SortHead({ by, order, onSort, className, children }: SortHeadProps) {
  const isSorted = order.by === by;
  const Caret = order.descending ? CaretDown : CaretUp;
  return (
    <th className={className} aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="sort-head" onClick={() => onSort(by)}>
        {children}
        {isSorted && <Caret size={12} />}
      </button>
    </th>
  );
}

interface ContractLineProps extends Pick<ContractTableProps, 'view'> {
  readonly row: ContractRow;
  readonly userId: string | null;
}

/** Drawn again only when its row changed: the filter is typed over hundreds of them. */
const ContractLine = memo(function ContractLine({ row, view, userId }: ContractLineProps) {
  const engine = useEngine();
  const { contract, version, state, next, figures } = row;
  const news = newSince(version, engine.preference(lookedKey(version.versionId)), userId);
  const path = documentPath(version.versionId, view ?? (state === 'IN_REVIEW' ? 'review' : 'workbook'));
  return (
    <tr
      tabIndex={0}
      data-version={version.versionId}
      onClick={() => go(path)}
      onKeyDown={(event) => walkRows(event, () => go(path))}
    >
      <td className="medium number" title={contract.number}>
        <a className="row-link" href={`#${path}`} tabIndex={-1}>
          {contract.number}
        </a>
      </td>
      <td className="title" title={contract.title}>
        {contract.title}
      </td>
      <td className="counterparty" title={contract.counterparty}>
        {contract.counterparty}
      </td>
      <td className="muted kind">{KIND_WORDS[contract.kind]}</td>
      <td className="stand">
        <StateMark state={state} />
      </td>
      <td className="muted version">{versionName(version)}</td>
      <td className={next.isPast ? 'num next muted' : 'num next'} title={next.words}>
        {next.date === null ? '' : dateText(next.date)}
      </td>
      <td className="muted what">{next.words}</td>
      <td className="value">
        <WorthCell worth={figures?.worth ?? null} />
      </td>
      <td className={news === null ? 'num muted changed' : 'num medium changed'}>
        {news !== null && (
          <span className="news" title={`Changed by ${news.name} since you looked`}>
            <span className="visually-hidden">Changed by {news.name} since you looked, </span>
          </span>
        )}
        {whenText(changedAt(row))}
      </td>
    </tr>
  );
});
