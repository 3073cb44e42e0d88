// What the shown rows come to, in the status bar: what is still being worked on, and all of them. Owns the words; sums are totals.ts's.
import { MoneyText } from '../../kit/index.ts';
import type { ContractRow } from './contractRows.ts';
import { openRows, type Total, totalsOf } from './totals.ts';

export function ListTotals({ rows }: { readonly rows: readonly ContractRow[] }) {
  const open = totalsOf(openRows(rows));
  const all = totalsOf(rows);
  const isSame = open.length === all.length && open.every(({ amount }, i) => amount === all[i]?.amount);
  return (
    <>
      <Totals name="Draft and in review" totals={open} />
      {!isSame && <Totals name="All shown" totals={all} />}
    </>
  );
}

function Totals({ name, totals }: { readonly name: string; readonly totals: readonly Total[] }) {
  if (totals.length === 0) return null;
  return (
    <span>
      {name}{' '}
      {totals.map(({ amount, currency, payable }, i) => (
        <b key={`${currency}${payable}`}>
          {i > 0 && ' · '}
          <MoneyText amount={amount} currency={currency} />
          {payable && ' to pay'}
        </b>
      ))}
    </span>
  );
}
