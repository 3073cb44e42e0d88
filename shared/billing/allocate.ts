/**
 * Shares of a contract-wide amount. Owns: who carries how much, in whole minor units, summing exactly.
 * Must not: decide the amount.
 */
import {
  absolute,
  compare,
  divide,
  type Fraction,
  floorInteger,
  isZero,
  min,
  multiply,
  negate,
  powerOfTen,
  roundToUnits,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import type { BillRow } from './row.ts';

/**
 * Splits an amount over signed weights by largest remainder, ties to the lowest index; the shares sum exactly. A credit
 * among charges carries a share of the opposite sign. Weights that sum to zero are taken by size.
 */
export function allocate(amount: Fraction, weights: readonly Fraction[], scale: number): Fraction[] {
  const unit = powerOfTen(scale);
  const whole = roundToUnits(amount, scale, 'HALF_UP');
  let used = weights;
  let total = sum(used);
  if (isZero(total)) {
    used = weights.map(absolute);
    total = sum(used);
  }
  if (isZero(total)) {
    used = weights.map(() => ({ n: 1n, d: 1n }));
    total = { n: BigInt(weights.length), d: 1n };
  }
  const negative = whole < 0n;
  const size: Fraction = { n: negative ? -whole : whole, d: 1n };
  const parts = used.map((weight) => {
    const exact = divide(multiply(size, weight), total);
    const floor = floorInteger(exact);
    return { units: floor, rest: subtract(exact, { n: floor, d: 1n }) };
  });
  let left = size.n - parts.reduce((acc, part) => acc + part.units, 0n);
  // Sorting keeps the order of equal rests.
  for (const part of parts.toSorted((a, b) => compare(b.rest, a.rest))) {
    if (left <= 0n) break;
    part.units += 1n;
    left -= 1n;
  }
  return parts.map((part) => ({ n: negative ? -part.units : part.units, d: unit }));
}

/** Rows by ascending key: the order of remainder ties. */
export function byLowestId(rows: readonly BillRow[]): BillRow[] {
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Rows in the order a cap reduces them: flight end, flight start and id, all descending; an open end is the latest. */
export function byLatestFirst(rows: readonly BillRow[]): BillRow[] {
  const end = (row: BillRow): number => row.flightTo ?? Number.POSITIVE_INFINITY;
  // Two open ends differ by NaN, which is no difference.
  return rows.toSorted((a, b) => end(b) - end(a) || b.flightFrom - a.flightFrom || (a.key < b.key ? 1 : -1));
}

/** Takes an amount from rows in cap order, each down to zero at most; what cannot be taken stays with the first. */
export function reduceLatestFirst(
  amount: Fraction,
  rows: readonly BillRow[],
  standing: (row: BillRow) => Fraction,
): Map<BillRow, Fraction> {
  return reduceLines(amount, byLatestFirst(rows), standing);
}

/** Takes an amount from rows in the opposite of cap order: what comes before a start is the earliest. */
export function reduceEarliestFirst(
  amount: Fraction,
  rows: readonly BillRow[],
  standing: (row: BillRow) => Fraction,
): Map<BillRow, Fraction> {
  return reduceLines(amount, byLatestFirst(rows).reverse(), standing);
}

/** Rows of one line, lines by ascending id and each line's rows by ascending key. */
export function byLine(rows: readonly BillRow[]): BillRow[][] {
  const lines = Map.groupBy(byLowestId(rows), (row) => row.lineId);
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}

/** Each line down to zero at most, whatever amendments cut it into; then its segments. */
function reduceLines(
  amount: Fraction,
  ordered: readonly BillRow[],
  standing: (row: BillRow) => Fraction,
): Map<BillRow, Fraction> {
  const lines = [...Map.groupBy(ordered, (row) => row.lineId).values()];
  const taken = reduceInOrder(amount, lines, (rows) => sum(rows.map(standing)));
  return new Map([...taken].flatMap(([rows, change]) => [...reduceInOrder(negate(change), rows, standing)]));
}

function reduceInOrder<T>(amount: Fraction, ordered: readonly T[], standing: (item: T) => Fraction): Map<T, Fraction> {
  const shares = new Map<T, Fraction>();
  let left = amount;
  for (const row of ordered) {
    const room = standing(row);
    if (left.n <= 0n || room.n <= 0n) continue;
    const taken = min(left, room);
    shares.set(row, { n: -taken.n, d: taken.d });
    left = subtract(left, taken);
  }
  const first = ordered[0];
  if (!isZero(left) && first !== undefined) shares.set(first, subtract(shares.get(first) ?? ZERO, left));
  return shares;
}
