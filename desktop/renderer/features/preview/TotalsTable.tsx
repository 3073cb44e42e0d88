// From gross to the total: every adjustment with its clause. Amounts are the kernel's and add up to its totals.
import type { Payment, PreviewResult, ResultAdjustment } from '@countersign/shared/billing';
import type { Clause } from '@countersign/shared/model';
import { amountText, countOf, MoneyText } from '../../kit/index.ts';
import { AmountButton, moveBetweenAmounts } from './AmountButton.tsx';
import type { Selection } from './traceSteps.ts';

export interface TotalsTableProps {
  readonly result: PreviewResult;
  readonly clauses: readonly Clause[];
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
  readonly onClause: (clauseId: string) => void;
}

/** What is paid now, where small totals wait. */
function PaymentRows({ payment, onClause }: { payment: Payment; onClause: (clauseId: string) => void }) {
  return (
    <>
      {!isZero(payment.waited) && (
        <tr>
          <td className="muted">Waited from earlier periods</td>
          <td className="num">{amountText(payment.waited)}</td>
        </tr>
      )}
      <tr title={payment.text}>
        <td className="muted">
          {isZero(payment.waits)
            ? 'Paid with this period'
            : `Waits for the next period, below ${amountText(payment.least)}`}
          {payment.clauseId !== undefined && (
            <button
              type="button"
              className="link clause-link"
              onClick={() => onClause(payment.clauseId ?? '')}
              title={payment.clauseText}
            >
              clause {payment.clauseId}
            </button>
          )}
        </td>
        <td className="num">{amountText(isZero(payment.waits) ? payment.due : payment.waits)}</td>
      </tr>
    </>
  );
}

const isZero = (text: string): boolean => /^-?0(\.0*)?$/.test(text);

/** Tax comes after the net line; everything else before it. */
const beforeNet = (adjustment: ResultAdjustment): boolean => adjustment.kind !== 'TAX' && adjustment.kind !== 'FX';

export function TotalsTable({ result, clauses, selection, onSelect, onClause }: TotalsTableProps) {
  const { totals, adjustments } = result;
  const payable = result.direction === 'PAYABLE';
  const row = (adjustment: ResultAdjustment) => {
    const clause = clauses.find((each) => each.id === adjustment.clauseId);
    return (
      <tr key={adjustment.key}>
        <td>
          {adjustment.label}
          {adjustment.clauseId !== undefined && (
            <button
              type="button"
              className="link clause-link"
              onClick={() => onClause(adjustment.clauseId ?? '')}
              title={clause?.text}
            >
              clause {clause?.key ?? adjustment.clauseId}
            </button>
          )}
        </td>
        <td className="num amount-cell">
          <AmountButton
            amount={adjustment.amount}
            of={adjustment.label}
            selected={selection?.of === 'adjustment' && selection.key === adjustment.key}
            onSelect={() => onSelect({ of: 'adjustment', key: adjustment.key })}
          />
        </td>
      </tr>
    );
  };
  const taxes = adjustments.filter((adjustment) => !beforeNet(adjustment));
  return (
    <table className="hairline statement-totals" aria-label="Statement totals" onKeyDown={moveBetweenAmounts}>
      <tbody>
        <tr>
          <td>Gross, {countOf(result.lines.length, 'line')}</td>
          <td className="num">{amountText(totals.gross)}</td>
        </tr>
        {adjustments.filter(beforeNet).map(row)}
        {taxes.length > 0 && (
          <tr>
            <td className="medium">Net</td>
            <td className="num medium">{amountText(totals.net)}</td>
          </tr>
        )}
        {taxes.map(row)}
        {taxes.length === 0 && (
          <tr>
            <td className="muted">Tax, no rule applies</td>
            <td className="num muted">{amountText(totals.tax)}</td>
          </tr>
        )}
        <tr className="total">
          <td>{payable ? 'To pay' : 'Net due'}</td>
          <td className="num">
            <MoneyText amount={totals.total} currency={result.currency} strong />
          </td>
        </tr>
        {result.payment !== undefined && <PaymentRows payment={result.payment} onClause={onClause} />}
        {!isZero(result.posting.total) && result.posting.total !== totals.total && (
          <tr>
            <td className="muted">To post now, after what was posted before</td>
            <td className="num">{amountText(result.posting.total)}</td>
          </tr>
        )}
        {result.invoice !== undefined && (
          <tr>
            <td className="muted">
              Invoiced in {result.invoice.currency} at {result.invoice.rate}, {result.invoice.source}
            </td>
            <td className="num">
              <MoneyText amount={result.invoice.total} currency={result.invoice.currency} />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
