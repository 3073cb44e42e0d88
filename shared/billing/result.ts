/**
 * The shape of a billing preview. Owns: the result types that the app, the API and the export read.
 * Must not: change but by addition; `kernelVersion` rises when a result for equal inputs changes.
 *
 * Every amount, rate and quantity is decimal text. `exact` is the value before rounding: a decimal, or n/d.
 */

import type { TraceStep, VersionRef } from './trace.ts';

export type WarningCode =
  | 'TIER_CLIFF'
  | 'OVER_DELIVERY_CONSENT'
  | 'NO_RATE'
  | 'NOT_GOVERNED'
  | 'UNKNOWN_LINE'
  | 'UNDER_DELIVERY'
  | 'MISSING_OTHER_SOURCE'
  | 'RATE_FLOOR'
  | 'TRIGGER_PENDING'
  | 'REVERSAL_LIMIT'
  | 'UPGRADE_REFUSED'
  | 'DRAFT_VERSION';

export interface Warning {
  readonly code: WarningCode;
  readonly text: string;
  readonly lineId?: string;
}

/** One line of the bill: one contract line in one rate segment. */
export interface ResultLine {
  /** Unique in the result: lineId, or lineId@from for a later segment. */
  readonly key: string;
  readonly lineId: string;
  readonly label: string;
  readonly productKey: string;
  /** [from, to) of the segment. */
  readonly from: string;
  readonly to: string;
  /** Billable quantity of the segment. */
  readonly quantity: string;
  /** impressions, clicks, spots, days, actions, currency … */
  readonly quantityUnit: string;
  readonly rateType: string;
  /** The rate in words, for example "20.00 per 1,000 impressions". */
  readonly rateText: string;
  /** The rate that priced the last unit, in words; `rateText` where the price is no table. Since kernel 1.1.0. */
  readonly rate?: string;
  /** The tier that prices the last unit, when tiered. */
  readonly tier?: { readonly above: string; readonly upTo: string | null };
  readonly exact: string;
  readonly gross: string;
  readonly factsCount: number;
  readonly warnings: readonly Warning[];
  readonly trace: TraceStep;
  /** The parts of contract-wide adjustments that fall to this line, and its tax: they sum to the totals. */
  readonly shares: {
    readonly cap: string;
    readonly minimum: string;
    readonly discount: string;
    readonly commission: string;
    readonly tax: string;
    readonly total: string;
  };
}

export type AdjustmentKind =
  | 'CAP'
  | 'MINIMUM'
  | 'DISCOUNT'
  | 'COMMISSION'
  | 'TAX'
  | 'MAKEGOOD_CREDIT'
  | 'REVERSAL'
  | 'FX';

export interface ResultAdjustment {
  /** Unique in the result: kind and rule id. */
  readonly key: string;
  readonly kind: AdjustmentKind;
  readonly label: string;
  readonly lineId?: string;
  readonly clauseId?: string;
  /** Signed as it changes the total: a discount is negative, tax positive. */
  readonly amount: string;
  readonly trace: TraceStep;
}

export type ActionOutcome =
  | 'PENDING'
  | 'LOCKED'
  | 'PAID'
  | 'REVERSED'
  | 'REVERSED_AFTER_LOCK'
  | 'OUTSIDE_TERMS'
  | 'REJECTED'
  | 'UNATTRIBUTED';

/** One payable share of one action: an action split over partners has several. */
export interface ResultAction {
  readonly actionId: string;
  readonly orderId: string;
  readonly partnerId: string;
  readonly eventType: string;
  readonly occurredAt: string;
  readonly localDate: string;
  /** Rounded share; the shares of an action sum to its payout. */
  readonly payout: string;
  readonly status: ActionOutcome;
  readonly locksOn: string | null;
  readonly paysOn: string | null;
  readonly reason: string;
  readonly trace: TraceStep;
}

export interface Totals {
  readonly gross: string;
  readonly cap: string;
  readonly minimum: string;
  readonly discount: string;
  readonly commission: string;
  /** gross + cap + minimum + discount + commission. */
  readonly net: string;
  readonly tax: string;
  /** net + tax (+ makegood credits and reversals, which are inside the parts above or listed as adjustments). */
  readonly total: string;
}

export interface NotBilled {
  readonly clauseId: string | null;
  readonly key: string;
  readonly text: string;
  /** Why the amount is not in the bill. */
  readonly why: string;
}

export interface RejectedFacts {
  readonly reason: string;
  readonly count: number;
  readonly samples: readonly string[];
}

/** What is reached next at the run rate of the period. Information only: a forecast changes no amount. */
export interface Forecast {
  readonly kind: 'NEXT_TIER' | 'CONTRACTED' | 'CAP';
  readonly lineId?: string;
  readonly commitmentId?: string;
  /** Units, or money for a cap, where the count stands. */
  readonly counted: string;
  readonly bound: string;
  /** Exact; n/d where no decimal ends. */
  readonly perDay: string;
  /** Local date; null: not before `until`. */
  readonly reachedOn: string | null;
  /** Where the counter, flight or window ends (exclusive); null: open. */
  readonly until: string | null;
  readonly text: string;
}

/** What is paid now, where the contract lets small totals wait. It changes no amount of the bill and nothing that is posted. */
export interface Payment {
  readonly least: string;
  /** What waited from the periods before. */
  readonly waited: string;
  /** What is paid with this period. */
  readonly due: string;
  /** What waits for the next. */
  readonly waits: string;
  readonly text: string;
  readonly clauseId?: string;
  readonly clauseText?: string;
}

/** What to post now: the recomputed cumulative less what was posted. */
export interface PostingEntry {
  /** `kind:id`, stable between runs. */
  readonly lineKey: string;
  readonly cumulative: string;
  readonly posted: string;
  readonly delta: string;
}

export interface PreviewResult {
  readonly kernelVersion: string;
  /** SHA-256 over the canonical inputs: versions, facts as measured, period, asOf, posted, offset tables. */
  readonly inputHash: string;
  /** The instant as of which facts and versions count as known; null: everything given. */
  readonly asOf: string | null;
  readonly contractId: string;
  readonly contractNumber: string;
  readonly direction: 'RECEIVABLE' | 'PAYABLE';
  readonly versionRefs: readonly VersionRef[];
  /** [from, to) in local (broadcast) dates. */
  readonly period: {
    readonly key: string;
    readonly from: string;
    readonly to: string;
    readonly calendar: 'CALENDAR' | 'BROADCAST';
  };
  readonly currency: string;
  readonly lines: readonly ResultLine[];
  readonly adjustments: readonly ResultAdjustment[];
  /** Present on contracts with payout rules. */
  readonly actions?: readonly ResultAction[];
  readonly totals: Totals;
  readonly posting: { readonly entries: readonly PostingEntry[]; readonly total: string };
  /** Present where a least payment is agreed. Since kernel 1.2.0. */
  readonly payment?: Payment;
  /** Present when the invoice is issued in another currency. */
  readonly invoice?: {
    readonly currency: string;
    readonly total: string;
    readonly rate: string;
    readonly source: string;
    readonly at: string;
  };
  readonly notBilled: readonly NotBilled[];
  readonly warnings: readonly Warning[];
  readonly rejectedFacts: readonly RejectedFacts[];
  /** Since kernel 1.1.0. */
  readonly forecasts?: readonly Forecast[];
}
