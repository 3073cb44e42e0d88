// "Why this number" for a line: shown for the columns that make its total.
import { documentPath } from '../../app/routes.ts';
import { TOTAL_COLUMN, TOTAL_FIELDS } from '../../grid/lineTotal.ts';
import type { GridColumn } from '../../grid/sheetColumns.ts';
import type { GridRow, SheetModel } from '../../grid/sheetModel.ts';
import { amountText, MoneyText } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { reckonLine } from './whyThisNumber.ts';

const SHOWN_FOR: ReadonlySet<string> = new Set([...TOTAL_FIELDS, TOTAL_COLUMN]);

export interface WhyThisNumberProps {
  readonly draft: DraftSession;
  readonly model: SheetModel;
  readonly row: GridRow;
  readonly column: GridColumn;
}

export function WhyThisNumber({ draft, model, row, column }: WhyThisNumberProps) {
  if (row.ghost || model.sheet !== 'lines' || !SHOWN_FOR.has(column.id) || model.currency === null) return null;
  const reckoning = reckonLine(draft, row.id, model.currency);
  if (reckoning === null) {
    const status = model.value(row, 'status');
    return (
      <div className="section">
        <h3>Why this number</h3>
        {status === 'REVISED' || status === 'PRE_EMPTED' ? (
          <p className="muted small">
            {status === 'REVISED' ? 'A revised line is superseded' : 'A pre-empted spot did not air'}, so it carries no
            money.
          </p>
        ) : (
          <p className="muted small">
            This price depends on what is delivered or on other lines.{' '}
            <a href={`#${documentPath(draft.draftId, 'preview')}`}>The preview tells it</a>.
          </p>
        )}
      </div>
    );
  }
  const unit = reckoning.quantity === '1' ? 'spot' : 'spots';
  return (
    <div className="section">
      <h3>Why this number</h3>
      <dl className="kv">
        <dt>
          {amountText(reckoning.quantity)} {unit} × {amountText(reckoning.rate, { decimals: 2 })}
        </dt>
        <dd className="medium">
          <MoneyText amount={reckoning.gross.amount} />
        </dd>
        {reckoning.commissions.map((commission) => (
          <CommissionLine key={commission.label} {...commission} />
        ))}
        <dt className="strong">Adds to net</dt>
        <dd className="strong">
          <MoneyText amount={reckoning.net.amount} currency={reckoning.net.currency} />
        </dd>
      </dl>
      {reckoning.clause !== null && (
        <p className="small">
          <a href={`#${clausePath(draft, reckoning.clause)}`}>Clause {reckoning.clause}</a>
        </p>
      )}
    </div>
  );
}

function CommissionLine(props: { readonly label: string; readonly percent: string; readonly amount: string }) {
  return (
    <>
      <dt>
        {props.label}, {props.percent}%
      </dt>
      <dd>
        <MoneyText amount={props.amount} />
      </dd>
    </>
  );
}

function clausePath(draft: DraftSession, key: string): string {
  const rowId = draft.rowIds('clauses').find((id) => draft.value('clauses', id, 'key') === key);
  return documentPath(draft.draftId, 'workbook', {
    sheet: 'clauses',
    ...(rowId === undefined ? {} : { rowId, field: 'text' }),
  });
}
