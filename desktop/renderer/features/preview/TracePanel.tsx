// The trace of one amount: numbered steps from the amount down to clause words and fact rows. Owns the look; the words are the kernel's.
import type { VersionRef } from '@countersign/shared/billing';
import { amountText, countOf, dateText, instantText, LOCALE } from '../../kit/index.ts';
import { sourceName, spoken } from './noteGroups.ts';
import { tierText } from './statementWords.ts';
import type { FactRows, NumberedStep, TracedAmount } from './traceSteps.ts';

function TierRows({ step }: { readonly step: NumberedStep }) {
  return (
    <table className="trace-table" aria-label={`${step.title}, tiers`}>
      <tbody>
        {step.tiers.map((tier) => (
          <tr key={tier.above} className={tier.on ? 'is-on' : ''}>
            <td>{tierText(tier)}</td>
            <td className="num">{tier.on ? amountText(tier.quantity) : ''}</td>
            <td className="num">{amountText(tier.rate, { decimals: 2 })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A fact's day or instant as the contract's clock shows it. */
function factTime(text: string, timeZone: string): string {
  if (text.length <= 10) return dateText(text);
  return new Intl.DateTimeFormat(LOCALE, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(new Date(text));
}

function FactTable({ facts, timeZone }: { readonly facts: FactRows; readonly timeZone: string }) {
  const { ref, rows } = facts;
  const more = ref.count - rows.length;
  return (
    <>
      <table className="trace-table trace-facts" aria-label="Fact rows">
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="mono">{row.id}</td>
              <td className="muted">{factTime(row.date, timeZone)}</td>
              <td className="num">{amountText(row.quantity)}</td>
            </tr>
          ))}
          {more > 0 && (
            <tr>
              <td className="muted" colSpan={3}>
                and {countOf(more, 'more row')}
              </td>
            </tr>
          )}
          <tr className="sum">
            <td>{countOf(ref.count, 'row')}</td>
            <td />
            <td className="num">{amountText(ref.quantity)}</td>
          </tr>
        </tbody>
      </table>
      <div className="small muted">
        {[
          ref.source === null ? null : `Counted by ${sourceName(ref.source)}`,
          ref.metric === null ? null : ref.metric.toLowerCase(),
          ref.from === null || ref.to === null
            ? null
            : ref.from === ref.to
              ? dateText(ref.from)
              : `${dateText(ref.from)} to ${dateText(ref.to)}`,
        ]
          .filter((part) => part !== null)
          .join(', ')}
      </div>
    </>
  );
}

export interface TracePanelProps {
  readonly traced: TracedAmount;
  readonly steps: readonly NumberedStep[];
  readonly currency: string;
  readonly versionRefs: readonly VersionRef[];
  /** IANA zone of the contract. */
  readonly timeZone: string;
}

function versionWords(versionId: string | null, refs: readonly VersionRef[]): string | null {
  const ref = refs.find((each) => each.versionId === versionId) ?? (refs.length === 1 ? refs[0] : undefined);
  if (ref === undefined) return null;
  return ref.recordedAt === null
    ? `Version ${ref.sequence}, a draft`
    : `Version ${ref.sequence}, executed ${instantText(ref.recordedAt)}`;
}

export function TracePanel({ traced, steps, currency, versionRefs, timeZone }: TracePanelProps) {
  return (
    <>
      <div className="section">
        <div className="row small muted">
          <h2 className="grow plain-head">{traced.title}</h2>
          <span>Trace</span>
        </div>
        <div className="figure">
          <span className="figure-currency">{currency}</span>
          {amountText(traced.amount)}
        </div>
      </div>
      <ol className="section trace" aria-label={`Trace of ${traced.title}`}>
        {steps.map((step) => (
          <li key={step.number} className="trace-step">
            <span className="trace-number" aria-hidden="true">
              {step.number}
            </span>
            <div className="grow">
              <h3 className="trace-title">{step.title}</h3>
              {step.text !== '' && <p className="small muted">{spoken(step.text)}</p>}
              {step.figures.map((figure) => (
                <div key={figure.label} className="trace-figure">
                  <span className="muted">{figure.label}</span>
                  <span className="num">{amountText(figure.value)}</span>
                </div>
              ))}
              {step.tiers.length > 0 && <TierRows step={step} />}
              {step.clause !== null && (
                <>
                  <blockquote className="clause-words" data-clause={step.clause.id}>
                    {step.clause.text}
                  </blockquote>
                  <p className="small muted">
                    Clause {step.clause.key}
                    {((words) => (words === null ? '' : `. ${words}`))(
                      versionWords(step.clause.versionId, versionRefs),
                    )}
                  </p>
                </>
              )}
              {step.clauseAbove !== null && <p className="small muted">Clause {step.clauseAbove}, above</p>}
              {step.facts !== null && <FactTable facts={step.facts} timeZone={timeZone} />}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
