// What the version changes in money, and in which period it lands. Words and layout only; every amount is the server's kernel's.
import type { Impact, Review, VersionSummary } from '@countersign/shared/protocol/api';
import { versionName } from '../../app/versionName.ts';
import { amountText } from '../../kit/index.ts';
import { type BillingCalendar, periodLabel } from '../preview/billingPeriods.ts';
import type { ImpactPart } from './impactParts.ts';
import { sumAmounts } from './reviewGroups.ts';
import { useImpactParts } from './useImpactParts.ts';

export interface ImpactTablesProps {
  readonly review: Review;
  readonly summary: VersionSummary;
  /** Of the content under review: parts are computed again when it changes. */
  readonly contentHash: string;
  readonly calendar: BillingCalendar;
}

interface TotalsProps {
  readonly impact: Impact;
  readonly parts: readonly ImpactPart[] | null;
  readonly base: VersionSummary | null;
  readonly summary: VersionSummary;
  readonly calendar: BillingCalendar;
}

function Totals({ impact, parts, base, summary, calendar }: TotalsProps) {
  const before = sumAmounts(impact.periods.map((period) => period.before)) ?? '0.00';
  const after = sumAmounts(impact.periods.map((period) => period.after)) ?? '0.00';
  // With the parts told, the periods stand in the table beside this one.
  const rows = parts === null && impact.periods.length > 1 ? impact.periods : [];
  return (
    <table className="hairline impact-table" aria-label="What it changes">
      <thead>
        <tr>
          <th scope="col">What it changes, {impact.currency}</th>
          <th scope="col" className="num">
            {base === null ? 'Before' : versionName(base)}
          </th>
          <th scope="col" className="num">
            {versionName(summary)}
          </th>
          <th scope="col" className="num">
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {parts?.map((part) => (
          <tr key={part.key}>
            <td>
              {part.label} {part.note !== null && <span className="muted">{part.note}</span>}
            </td>
            <td className="num">{amountText(part.before)}</td>
            <td className="num">{amountText(part.after)}</td>
            <td className="num">{amountText(part.delta, { signed: true })}</td>
          </tr>
        ))}
        {rows.map((period) => (
          <tr key={period.period}>
            <td>{periodLabel(period.period, calendar)}</td>
            <td className="num">{amountText(period.before)}</td>
            <td className="num">{amountText(period.after)}</td>
            <td className="num">{amountText(period.delta, { signed: true })}</td>
          </tr>
        ))}
        <tr className="total">
          <td>Net</td>
          <td className="num">{amountText(before)}</td>
          <td className="num">{amountText(after)}</td>
          <td className="num">{amountText(impact.totalDelta, { signed: true })}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Landing({ impact, calendar }: { readonly impact: Impact; readonly calendar: BillingCalendar }) {
  const issued = impact.periods.filter((period) => period.issued && !/^-?0(\.0*)?$/.test(period.delta));
  return (
    <table className="hairline impact-table" aria-label="Where it lands">
      <thead>
        <tr>
          <th scope="col">Where it lands, {impact.currency}</th>
          <th scope="col" className="num">
            Posts
          </th>
        </tr>
      </thead>
      <tbody>
        {impact.periods.map((period) => (
          <tr key={period.period}>
            <td>
              {periodLabel(period.period, calendar)} <span className="muted">{period.issued ? 'issued' : 'open'}</span>
            </td>
            <td className="num">{amountText(period.delta, { signed: true })}</td>
          </tr>
        ))}
        <tr>
          <td className="muted" colSpan={2}>
            {issued.length === 0
              ? 'No issued statement is billed again.'
              : 'Issued statements stay as they are; the difference posts in the open period.'}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** Both tables side by side, or why there is no impact to show. */
export function ImpactTables(props: ImpactTablesProps) {
  const { impact, impactReason } = props.review;
  if (impact === null)
    return <p className="notice plain-notice">{impactReason ?? 'This version has no billing impact to show.'}</p>;
  return <KnownImpact {...props} impact={impact} />;
}

function KnownImpact({
  review,
  impact,
  contentHash,
  summary,
  calendar,
}: ImpactTablesProps & { readonly impact: Impact }) {
  const parts = useImpactParts(summary.versionId, contentHash, impact);
  return (
    <>
      <div className="impact">
        <Totals impact={impact} parts={parts} base={review.base} summary={summary} calendar={calendar} />
        <Landing impact={impact} calendar={calendar} />
      </div>
      {impact.warnings
        .filter((warning) => warning.code !== 'DRAFT_VERSION')
        .map((warning) => (
          <p key={warning.text} className="notice warn-notice">
            {warning.text}
          </p>
        ))}
    </>
  );
}
