/**
 * One period's bill: rows, then adjustments, with the periods before where a commitment looks back.
 * Owns: the order of steps and the memory between periods. Must not: format the result (preview.ts).
 */
import {
  type ContractVersion,
  dayStart,
  instantMs,
  localDay,
  nextPeriod,
  type Period,
} from '@countersign/shared/model';
import { type Fraction, ZERO } from '@countersign/shared/money';
import { type AdjustOutcome, adjustRows } from './adjust.ts';
import { type CommitmentHistory, commitmentsOf, historyStart, needsHistory } from './commitments.ts';
import { forecastsOf } from './forecasts.ts';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { contractEnd, governedSpans } from './govern.ts';
import { hasGuarantees } from './guarantees.ts';
import { billLines } from './lines.ts';
import { Meter } from './meter.ts';
import { type PaidPeriod, payPeriod } from './payment.ts';
import { type PayoutRows, payActions } from './payouts.ts';
import type { Forecast, NotBilled, Warning } from './result.ts';
import { type BillRow, NO_ADJUSTMENTS } from './row.ts';
import { amountTriggers } from './triggers.ts';

export interface Settled {
  readonly rows: readonly BillRow[];
  readonly payouts: PayoutRows | null;
  readonly outcome: AdjustOutcome;
  /** What is paid now, where a least payment is agreed. */
  readonly paid: PaidPeriod | null;
  readonly notBilled: readonly NotBilled[];
  readonly warnings: readonly Warning[];
  /** The version whose commitments and adjustments applied: the last that governed a day of the period. */
  readonly version: FrozenVersion;
}

/** Whether a period is over for the reader: without asOf all facts are taken as in. */
function isClosed(frozen: Frozen, period: Period): boolean {
  return frozen.asOfMs === null || frozen.asOfMs >= dayStart(frozen.table, period.to, frozen.dayStartMs);
}

function governsLast(frozen: Frozen, period: Period): FrozenVersion {
  const spans = governedSpans(frozen.versions, period.from, period.to).filter((s) => s.version !== null);
  return spans.at(-1)?.version ?? lastBefore(frozen, period);
}

function lastBefore(frozen: Frozen, period: Period): FrozenVersion {
  return (frozen.versions.filter((v) => v.from < period.to).at(-1) ?? frozen.versions[0]) as FrozenVersion;
}

function looksBackOver(version: ContractVersion): boolean {
  return (
    commitmentsOf(version).some(needsHistory) ||
    hasGuarantees(version) ||
    amountTriggers(version).length > 0 ||
    version.leastPayment !== undefined
  );
}

/** Settles the period asked for, with what comes next at its run rate. */
export function settle(frozen: Frozen): Settled & { readonly forecasts: readonly Forecast[] } {
  const meter = new Meter(frozen);
  const history = new Map<string, CommitmentHistory[]>();
  const looksBack = frozen.versions.some((v) => looksBackOver(v.doc));
  let waits = ZERO;
  if (looksBack) {
    for (
      let period = historyStart(frozen);
      period.from < frozen.period.from;
      period = nextPeriod(period, frozen.calendar)
    ) {
      const { outcome, paid } = settlePeriod(frozen, meter, period, history, waits);
      waits = paid?.waits ?? ZERO;
      for (const [id, entry] of outcome.commitments) history.set(id, [...(history.get(id) ?? []), entry]);
    }
  }
  const settled = settlePeriod(frozen, meter, frozen.period, history, waits);
  return { ...settled, forecasts: forecastsOf(frozen, meter, settled, history) };
}

function settlePeriod(
  frozen: Frozen,
  meter: Meter,
  period: Period,
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
  waited: Fraction,
): Settled {
  const version = governsLast(frozen, period);
  if (frozen.waits !== null) return nothingYet(version, frozen.waits);
  const lines = billLines(frozen, meter, period);
  const payouts = frozen.versions.some((v) => (v.doc.payoutRules ?? []).length > 0) ? payActions(frozen, period) : null;
  const rows = [...lines.rows, ...(payouts?.rows ?? [])];
  const end = contractEnd(frozen.versions);
  const running = end === null || end > period.from;
  // A minimum is owed also where nothing was delivered: it then stands on a row of its own.
  if (rows.length === 0 && running && ((version.doc.commitments ?? []).length > 0 || hasGuarantees(version.doc)))
    rows.push(contractRow(version, period));
  const outcome = adjustRows(frozen, version.doc, period, rows, history, isClosed(frozen, period));
  return {
    rows,
    payouts,
    outcome,
    paid: payPeriod(frozen, version, period, rows, waited),
    version,
    notBilled: [
      ...lines.notBilled,
      ...(payouts?.notBilled ?? []),
      ...(payouts === null ? unpriced(frozen, period) : []),
      ...outcome.notBilled,
    ],
    warnings: [...lines.warnings, ...(payouts?.warnings ?? [])],
  };
}

/** Actions of the period where no version has a payout rule: said, never dropped. */
function unpriced(frozen: Frozen, period: Period): NotBilled[] {
  const own = frozen.actions.filter((action) => {
    const day = localDay(frozen.table, instantMs(action.occurredAt), frozen.dayStartMs);
    return day >= period.from && day < period.to;
  });
  if (own.length === 0) return [];
  const text = `${own.length} ${own.length === 1 ? 'action' : 'actions'} of the period`;
  return [{ clauseId: null, key: 'actions', text, why: 'The contract has no payout rule.' }];
}

/** A period that the contract's cycle bills with another one. */
function nothingYet(version: FrozenVersion, why: string): Settled {
  return {
    rows: [],
    payouts: null,
    outcome: { adjustments: [], notBilled: [], commitments: new Map() },
    paid: null,
    version,
    notBilled: [{ clauseId: null, key: 'billingCycle', text: `Contract ${version.doc.number}`, why }],
    warnings: [],
  };
}

/** Carries a minimum or a guarantee where no line was billed in the period. */
function contractRow(version: FrozenVersion, period: Period): BillRow {
  return {
    key: 'contract',
    ofContract: true,
    lineId: 'contract',
    label: version.doc.title ?? `Contract ${version.doc.number}`,
    productKey: '',
    from: period.from,
    to: period.to,
    quantity: ZERO,
    quantityUnit: '',
    rateType: 'FLAT',
    rateText: 'nothing billed in the period',
    exact: ZERO,
    gross: ZERO,
    factsCount: 0,
    warnings: [],
    trace: null,
    taxCode: undefined,
    flightFrom: period.from,
    flightTo: period.to,
    ...NO_ADJUSTMENTS,
  };
}
