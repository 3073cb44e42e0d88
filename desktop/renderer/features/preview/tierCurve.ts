// Gross of one line as a function of its units, from the line's own price. Owns exact points and cliffs as decimal text, for
// the picture beside a statement. The statement's figures come from the kernel; nothing here is ever billed.
import type { ResultLine, TraceStep } from '@countersign/shared/billing';
import type { ContractVersion, Price } from '@countersign/shared/model';
import {
  add,
  decimalOf,
  divide,
  type Fraction,
  fromInteger,
  multiply,
  roundedText,
  ZERO,
} from '@countersign/shared/money';

export interface CurvePoint {
  /** Units. */
  readonly x: string;
  /** Money, at most 6 decimals. */
  readonly y: string;
}
/** A straight piece of the curve. */
export interface CurveSegment {
  readonly from: CurvePoint;
  readonly to: CurvePoint;
}
/** A bound where one more unit makes the gross jump. */
export interface Cliff {
  readonly at: string;
  /** Gross at the bound, at two decimals. */
  readonly before: string;
  /** Gross with one unit more, at two decimals. */
  readonly after: string;
  readonly falls: boolean;
  readonly segment: CurveSegment;
}
export interface TierCurve {
  readonly segments: readonly CurveSegment[];
  readonly cliffs: readonly Cliff[];
}

const PLACES = 6;
const text = (value: Fraction): string => roundedText(value, PLACES, 'HALF_UP');
const money = (value: Fraction): string => roundedText(value, 2, 'HALF_UP');
const point = (x: Fraction, y: Fraction): CurvePoint => ({ x: text(x), y: text(y) });
const less = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;
const THOUSAND = fromInteger(1000n);

function rateRowOf(step: TraceStep): string | null {
  if (step.rateRow !== undefined) return step.rateRow.id;
  for (const child of step.children) {
    const found = rateRowOf(child);
    if (found !== null) return found;
  }
  return null;
}

/** The price that a line of a result was billed at: its own, or that of the rate row its trace names. */
export function priceOfLine(line: ResultLine, versions: readonly ContractVersion[]): Price | null {
  const rowId = rateRowOf(line.trace);
  for (const version of [...versions].reverse()) {
    const row = [...(version.rateCardRows ?? []), ...(version.defaultRates ?? [])].find((r) => r.id === rowId);
    if (row !== undefined) return row.price;
    const own = (version.lines ?? []).find((l) => l.id === line.lineId)?.price;
    if (own !== undefined) return own;
  }
  return null;
}

/** Which tier of its price a line reached, counted from one; null where the price has no table like it. */
export function tierNumber({ tier }: ResultLine, price: Price | null): string | null {
  if (tier === undefined || price === null || (price.type !== 'VOLUME' && price.type !== 'GRADUATED')) return null;
  const at = price.tiers.findIndex(({ upTo }) => (upTo ?? null) === tier.upTo);
  return at === -1 ? null : String(at + 1);
}

/**
 * The curve from zero to a little beyond the line's quantity, or null when the price is not one amount per unit or tier.
 * CPM and VCPM rates are per 1,000 units (DOMAIN §3 step 2).
 */
export function tierCurve(price: Price, rateType: string, quantity: string): TierCurve | null {
  if (price.type !== 'UNIT' && price.type !== 'VOLUME' && price.type !== 'GRADUATED') return null;
  const divisor = rateType === 'CPM' || rateType === 'VCPM' ? THOUSAND : fromInteger(1n);
  const tiers = price.type === 'UNIT' ? [{ upTo: null, rate: price.rate }] : price.tiers;
  const measured = decimalOf(quantity);
  const bounds = tiers.flatMap((tier) => (tier.upTo === null ? [] : [decimalOf(tier.upTo)]));
  const furthest = bounds.reduce((far, bound) => (less(far, bound) ? bound : far), measured);
  const end = multiply(furthest, decimalOf('1.4'));
  if (!less(ZERO, end)) return null;

  const segments: CurveSegment[] = [];
  const cliffs: Cliff[] = [];
  let start = ZERO;
  let accumulated = ZERO;
  let last: { x: Fraction; y: Fraction } | null = null;
  for (const tier of tiers) {
    const flat = 'flat' in tier && tier.flat !== undefined ? decimalOf(tier.flat) : ZERO;
    const perUnit = divide(decimalOf(tier.rate ?? '0'), divisor);
    const stop = tier.upTo === null ? end : decimalOf(tier.upTo);
    const gross = (units: Fraction): Fraction =>
      price.type === 'VOLUME'
        ? add(multiply(units, perUnit), flat)
        : add(add(accumulated, flat), multiply(add(units, { n: -start.n, d: start.d }), perUnit));
    const first = gross(start);
    if (last !== null && money(last.y) !== money(first)) {
      const after = gross(add(start, fromInteger(1n)));
      cliffs.push({
        at: text(start),
        before: money(last.y),
        after: money(after),
        falls: less(after, last.y),
        segment: { from: point(last.x, last.y), to: point(start, first) },
      });
    }
    const reached = gross(stop);
    segments.push({ from: point(start, first), to: point(stop, reached) });
    last = { x: stop, y: reached };
    accumulated = reached;
    start = stop;
  }
  return { segments, cliffs };
}
