/**
 * The public entry: one period's bill with its totals, postings and trace. Pure: equal inputs give byte-equal results.
 * Owns: the result. Must not: read a clock, a file or the platform's locale.
 */

import { canonicalJson, isoDate } from '@countersign/shared/model';
import {
  add,
  decimalOf,
  exactText,
  type Fraction,
  minorDigits,
  multiply,
  roundedText,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { type Frozen, freeze } from './freeze.ts';
import { governedSpans } from './govern.ts';
import type { PreviewInput } from './input.ts';
import { KERNEL_VERSION } from './kernelVersion.ts';
import { heldTerms } from './notBilled.ts';
import { paymentOf } from './payment.ts';
import type { NotBilled, PostingEntry, PreviewResult, ResultLine, Totals, Warning } from './result.ts';
import { type BillRow, rowTotal } from './row.ts';
import { type Settled, settle } from './settle.ts';
import type { TraceStep } from './trace.ts';

/** Computes the bill of a period. Throws a typed DomainError for a contract or a request that cannot be billed. */
export function preview(input: PreviewInput): PreviewResult {
  const frozen = freeze(input);
  const settled = settle(frozen);
  const { head, period } = frozen;
  const write = writer(frozen);
  const spans = governedSpans(frozen.versions, period.from, period.to);
  const used = [...new Set([...spans.map((s) => s.version), settled.version])].filter((v) => v !== null);
  const totals = totalsOf(settled.rows, write);
  const lines = settled.rows.flatMap((row) => (row.trace === null ? [] : [lineOf(row, row.trace, write)]));
  const drafts: Warning[] = used
    .filter((v) => v.doc.recordedAt === undefined)
    .map((v) => ({
      code: 'DRAFT_VERSION',
      text: `Version ${v.sequence} is not executed; this is what it would bill.`,
    }));
  return {
    kernelVersion: KERNEL_VERSION,
    inputHash: frozen.hash,
    asOf: frozen.asOf,
    contractId: head.contractId,
    contractNumber: head.number,
    direction: head.direction ?? 'RECEIVABLE',
    versionRefs: used.map((v) => v.ref),
    period: { key: period.key, from: isoDate(period.from), to: isoDate(period.to), calendar: frozen.calendar },
    currency: head.currency,
    lines,
    adjustments: settled.outcome.adjustments,
    ...(settled.payouts === null ? {} : { actions: settled.payouts.actions }),
    totals,
    posting: postingOf(frozen, settled, write),
    ...(settled.paid === null ? {} : { payment: paymentOf(settled.paid, write) }),
    ...invoiceOf(frozen, settled, totals),
    notBilled: distinct([...settled.notBilled, ...heldTerms(settled.version.doc)]),
    warnings: [...drafts, ...settled.warnings, ...settled.rows.flatMap((row) => row.warnings)],
    rejectedFacts: frozen.rejected,
    forecasts: settled.forecasts,
  };
}

/** The result as canonical JSON (RFC 8785): the bytes that are compared, hashed and exported. */
export function previewJson(result: PreviewResult): string {
  return canonicalJson(result);
}

type Write = (value: Fraction) => string;

function writer(frozen: Frozen): Write {
  const digits = minorDigits(frozen.head.currency);
  return (value) => roundedText(value, digits, frozen.mode);
}

function distinct(entries: readonly NotBilled[]): NotBilled[] {
  const seen = new Map(entries.map((entry) => [canonicalJson(entry), entry]));
  return [...seen.values()];
}

function lineOf(row: BillRow, steps: () => TraceStep, write: Write): ResultLine {
  // A bill of a thousand lines is mostly words that nobody has asked for yet: they are written on the first reading.
  let trace: TraceStep | undefined;
  return {
    key: row.key,
    lineId: row.lineId,
    label: row.label,
    productKey: row.productKey,
    from: isoDate(row.from),
    to: isoDate(row.to),
    quantity: exactText(row.quantity),
    quantityUnit: row.quantityUnit,
    rateType: row.rateType,
    rateText: row.rateText,
    rate: row.rate ?? row.rateText,
    ...(row.tier === undefined ? {} : { tier: row.tier }),
    exact: exactText(row.exact),
    gross: write(row.gross),
    factsCount: row.factsCount,
    warnings: row.warnings,
    get trace() {
      trace ??= steps();
      return trace;
    },
    shares: {
      cap: write(row.cap),
      minimum: write(row.minimum),
      discount: write(row.discount),
      commission: write(row.commission),
      tax: write(row.tax),
      total: write(rowTotal(row)),
    },
  };
}

/** Sums of rounded components; never rounded again. */
function totalsOf(rows: readonly BillRow[], write: Write): Totals {
  const of = (pick: (row: BillRow) => Fraction): Fraction => sum(rows.map(pick));
  const gross = of((r) => r.gross);
  const cap = of((r) => r.cap);
  const minimum = of((r) => r.minimum);
  const discount = of((r) => r.discount);
  const commission = of((r) => r.commission);
  const tax = of((r) => r.tax);
  const net = sum([gross, cap, minimum, discount, commission]);
  return {
    gross: write(gross),
    cap: write(cap),
    minimum: write(minimum),
    discount: write(discount),
    commission: write(commission),
    net: write(net),
    tax: write(tax),
    total: write(add(net, tax)),
  };
}

const COMPONENTS = ['gross', 'cap', 'minimum', 'discount', 'commission', 'tax'] as const;

/** Step 12: recomputed cumulative less what was posted for this period, for each component of each row. */
function postingOf(frozen: Frozen, settled: Settled, write: Write): PreviewResult['posting'] {
  const cumulative = new Map<string, Fraction>();
  for (const row of settled.rows) {
    for (const component of COMPONENTS) {
      const amount = row[component];
      if (component !== 'gross' && amount.n === 0n) continue;
      cumulative.set(`${component}:${row.key}`, amount);
    }
  }
  const posted = new Map<string, Fraction>();
  for (const entry of frozen.posted) {
    if (entry.period !== frozen.period.key) continue;
    posted.set(entry.lineKey, add(posted.get(entry.lineKey) ?? ZERO, decimalOf(entry.amount)));
  }
  const entries: PostingEntry[] = [...new Set([...cumulative.keys(), ...posted.keys()])].sort().map((lineKey) => {
    const now = cumulative.get(lineKey) ?? ZERO;
    const before = posted.get(lineKey) ?? ZERO;
    return { lineKey, cumulative: write(now), posted: write(before), delta: write(subtract(now, before)) };
  });
  return { entries, total: write(subtract(sum(cumulative.values()), sum(posted.values()))) };
}

/** Converted once from the rounded total; payouts are converted for each action, because each is payable alone. */
function invoiceOf(frozen: Frozen, settled: Settled, totals: Totals): Pick<PreviewResult, 'invoice'> {
  const fx = settled.version.doc.invoiceCurrency;
  if (fx === undefined) return {};
  const digits = minorDigits(fx.to);
  const rate = decimalOf(fx.rate);
  const { payouts } = settled;
  const total =
    payouts !== null && frozen.head.direction === 'PAYABLE'
      ? sum(payouts.actions.map((action) => roundTo(multiply(decimalOf(action.payout), rate), digits, frozen.mode)))
      : roundTo(multiply(decimalOf(totals.total), rate), digits, frozen.mode);
  return {
    invoice: {
      currency: fx.to,
      total: roundedText(total, digits, frozen.mode),
      rate: fx.rate,
      source: fx.source,
      at: fx.at,
    },
  };
}
