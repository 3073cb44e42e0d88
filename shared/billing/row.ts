/** Rows of a bill while it is being made. Owns: the running amounts of each row. Must not: decide them. */

import type { DayNumber } from '@countersign/shared/model';
import { add, type Fraction, sum, ZERO } from '@countersign/shared/money';
import type { NotBilled, Warning } from './result.ts';
import type { TraceStep } from './trace.ts';

/** A priced segment of a line, a credit, or a payout rule's sum, before and through the adjustments. */
export interface BillRow {
  readonly key: string;
  /** Set where it stands for the contract, of which no line is on the bill. */
  readonly ofContract?: true;
  readonly lineId: string;
  readonly label: string;
  readonly productKey: string;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly quantity: Fraction;
  readonly quantityUnit: string;
  readonly rateType: string;
  readonly rateText: string;
  /** The rate that priced the last unit, where `rateText` describes a whole table. */
  readonly rate?: string;
  readonly tier?: { readonly above: string; readonly upTo: string | null };
  readonly exact: Fraction;
  readonly gross: Fraction;
  readonly factsCount: number;
  readonly warnings: readonly Warning[];
  /** Its steps, written when somebody reads them. Null: it is on no bill and only carries amounts of the whole contract. */
  readonly trace: (() => TraceStep) | null;
  readonly taxCode: string | undefined;
  /** Flight of the line, for the order of cap reductions; null end: open-ended, latest of all. */
  readonly flightFrom: DayNumber;
  readonly flightTo: DayNumber | null;
  cap: Fraction;
  minimum: Fraction;
  discount: Fraction;
  commission: Fraction;
  tax: Fraction;
}

export const NO_ADJUSTMENTS = { cap: ZERO, minimum: ZERO, discount: ZERO, commission: ZERO, tax: ZERO } as const;

/** What a row stands at after the adjustments so far, without tax. */
export function runningAmount(row: BillRow): Fraction {
  return add(add(add(row.gross, row.cap), add(row.minimum, row.discount)), row.commission);
}

/** What a row comes to with everything. */
export function rowTotal(row: BillRow): Fraction {
  return sum([row.gross, row.cap, row.minimum, row.discount, row.commission, row.tax]);
}

/** The lines of one period before adjustments. */
export interface PeriodRows {
  readonly rows: BillRow[];
  readonly notBilled: readonly NotBilled[];
  readonly warnings: readonly Warning[];
}
