// The rows of Home: a contract or rate card each, at the version that matters now, with a mark where somebody changed a draft since the
// person looked. Owns the table; which rows stand in it is the screen's.
import type { KeyboardEvent } from 'react';
import { useEngine, useSession } from '../../app/engineContext.tsx';
import { lookedKey, newSince } from '../../app/lookedAt.ts';
import { documentPath, go } from '../../app/routes.ts';
import { versionName } from '../../app/versionName.ts';
import { dateText, StateMark, whenText } from '../../kit/index.ts';
import type { ContractRow } from './contractRows.ts';
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

export function ContractTable({ rows }: { readonly rows: readonly ContractRow[] }) {
  const engine = useEngine();
  const userId = useSession()?.user.id ?? null;
  return (
    <div className="contract-list">
      <table className="hairline list-rows">
        <thead>
          <tr>
            <th>Number</th>
            <th>Title</th>
            <th className="counterparty">Counterparty</th>
            <th className="kind">Kind</th>
            <th>State</th>
            <th>Version</th>
            <th className="num starts">Starts</th>
            <th className="num">Changed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ contract, version, state }) => {
            const news = newSince(version, engine.preference(lookedKey(version.versionId)), userId);
            const path = documentPath(version.versionId, state === 'IN_REVIEW' ? 'review' : 'workbook');
            return (
              <tr
                key={contract.id}
                tabIndex={0}
                data-version={version.versionId}
                onClick={() => go(path)}
                onKeyDown={(event) => walkRows(event, () => go(path))}
              >
                <td className="medium long">
                  <a className="row-link" href={`#${path}`} tabIndex={-1}>
                    {contract.number}
                  </a>
                </td>
                <td className="long" title={contract.title}>
                  {contract.title}
                </td>
                <td className="long counterparty" title={contract.counterparty}>
                  {contract.counterparty}
                </td>
                <td className="muted kind">{KIND_WORDS[contract.kind]}</td>
                <td>
                  <StateMark state={state} />
                </td>
                <td className="muted">{versionName(version)}</td>
                <td className="num starts">{version.effectiveFrom === null ? '' : dateText(version.effectiveFrom)}</td>
                <td className={news === null ? 'num muted' : 'num medium'}>
                  {news !== null && (
                    <span className="news" title={`Changed by ${news.name} since you looked`}>
                      <span className="visually-hidden">Changed by {news.name} since you looked, </span>
                    </span>
                  )}
                  {whenText(version.lastEntry?.at ?? version.changedAt)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
