/**
 * How an amount came to be, step by step. Owns: the types of a trace and what its steps point at.
 * Must not: change but by addition, as `result.ts`. Every amount, rate and quantity is decimal text.
 */

export interface VersionRef {
  readonly versionId: string;
  readonly sequence: number;
  readonly effectiveFrom: string;
  readonly recordedAt: string | null;
  /** Canonical hash of the version's document as given to the kernel. */
  readonly hash: string;
}

export interface RateRowRef {
  readonly layer: 'OVERRIDE' | 'LINE' | 'RATE_CARD' | 'DEFAULT' | 'PAYOUT_RULE';
  readonly id: string;
  readonly rateType: string;
}

export interface TierStep {
  /** Exclusive lower bound. */
  readonly above: string;
  /** Inclusive upper bound; null: no bound. */
  readonly upTo: string | null;
  readonly quantity: string;
  readonly rate: string;
  readonly flat: string;
  /** Exact money of this tier. */
  readonly exact: string;
}

export interface FactsRef {
  readonly count: number;
  readonly quantity: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly source: string | null;
  readonly metric: string | null;
  /** The first few fact ids, for a reader to look up; the whole set is line × source × metric × dates. */
  readonly sample: readonly string[];
}

export interface RoundingStep {
  readonly mode: string;
  readonly minorDigits: number;
  readonly from: string;
  readonly to: string;
}

export type TraceKind =
  | 'LINE'
  | 'SEGMENT'
  | 'MEASURE'
  | 'RATE'
  | 'TIER'
  | 'PRICE'
  | 'ROUND'
  | 'FREE'
  | 'DISCREPANCY'
  | 'DEDUCTION'
  | 'CONTRACTED_CAP'
  | 'PRORATION'
  | 'COMBINE'
  | 'SHARE'
  | 'ACTION'
  | 'ATTRIBUTION'
  | 'ELIGIBILITY'
  | 'LOCK'
  | 'REVERSAL'
  | 'CAP'
  | 'MINIMUM'
  | 'DISCOUNT'
  | 'COMMISSION'
  | 'TAX'
  | 'MAKEGOOD'
  | 'FX'
  | 'DELTA'
  | 'NOTE';

/** One step of how an amount came to be. A step with `amount` owns that money; its children explain it or add up to it. */
export interface TraceStep {
  readonly kind: TraceKind;
  readonly title: string;
  /** A sentence a finance person reads. */
  readonly text: string;
  /** Rounded money of this step. When children carry amounts too, they add up to it exactly. */
  readonly amount?: string;
  /** The value before rounding. */
  readonly exact?: string;
  readonly clauseId?: string;
  readonly clauseText?: string;
  readonly versionRef?: VersionRef;
  readonly rateRow?: RateRowRef;
  readonly tiers?: readonly TierStep[];
  readonly facts?: FactsRef;
  /** A multiplier: percentage, day fraction, uplift. */
  readonly factor?: string;
  readonly rounding?: RoundingStep;
  readonly children: readonly TraceStep[];
}
