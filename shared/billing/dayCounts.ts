/**
 * Counts by day. Owns: how the days of a series are held, cut and added up. Must not: read facts or know lines.
 * Whole counts stay in typed arrays and are added as numbers, which below 2^53 loses nothing; one exact fraction is made
 * of each sum, not of each day. A million rows so cost one pass, and a bill of them no object a day.
 */
import { type DayNumber, isoDate } from '@countersign/shared/model';
import { add, type Fraction, ZERO } from '@countersign/shared/money';

/** One day of a series. */
export interface DayCount {
  readonly day: DayNumber;
  readonly quantity: Fraction;
  /** Rows that made it. */
  readonly count: number;
}

/** Days ascending, held as whole numbers whose sizes add up to less than 2^53, or as fractions. */
interface Held {
  readonly days: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly whole: ArrayLike<number> | null;
  readonly exact: readonly Fraction[] | null;
}

/** A view of ascending days; cutting it copies nothing. */
export class DayCounts {
  static readonly NONE: DayCounts = DayCounts.of([]);

  private readonly held: Held;
  private readonly low: number;
  private readonly high: number;

  private constructor(held: Held, low: number, high: number) {
    this.held = held;
    this.low = low;
    this.high = high;
  }

  /** Days with exact quantities, ascending. */
  static of(list: readonly DayCount[]): DayCounts {
    const held: Held = {
      days: list.map((d) => d.day),
      counts: list.map((d) => d.count),
      whole: null,
      exact: list.map((d) => d.quantity),
    };
    return new DayCounts(held, 0, list.length);
  }

  /** Days with whole quantities. The sum of their sizes must be below 2^53: the caller has seen to it. */
  static ofWhole(days: ArrayLike<number>, whole: ArrayLike<number>, counts: ArrayLike<number>): DayCounts {
    return new DayCounts({ days, counts, whole, exact: null }, 0, days.length);
  }

  /** Stretches in ascending order as one; neighbours cut from the same days are joined without a copy. */
  static joined(parts: readonly DayCounts[]): DayCounts {
    const filled = parts.filter((part) => part.length > 0);
    const first = filled[0];
    if (first === undefined) return DayCounts.NONE;
    const touching = filled.every(
      (part, i) => part.held === first.held && (i === 0 || part.low === filled[i - 1]?.high),
    );
    if (touching) return new DayCounts(first.held, first.low, (filled.at(-1) as DayCounts).high);
    return DayCounts.of(filled.flatMap((part) => part.list()));
  }

  get length(): number {
    return this.high - this.low;
  }

  /** First day; undefined when there is none. */
  get first(): DayNumber | undefined {
    return this.length === 0 ? undefined : (this.held.days[this.low] as number);
  }

  get last(): DayNumber | undefined {
    return this.length === 0 ? undefined : (this.held.days[this.high - 1] as number);
  }

  /** Index of the first day at or after `day`. */
  private at(day: DayNumber): number {
    const { days } = this.held;
    let { low, high } = this;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((days[middle] as number) < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The days of [from, to). */
  within(from: DayNumber, to: DayNumber): DayCounts {
    const low = this.at(from);
    return new DayCounts(this.held, low, Math.max(this.at(to), low));
  }

  /** Exact sum of all quantities. */
  total(): Fraction {
    const { whole, exact } = this.held;
    if (whole !== null) {
      let sum = 0;
      for (let i = this.low; i < this.high; i += 1) sum += whole[i] as number;
      return { n: BigInt(sum), d: 1n };
    }
    let total = ZERO;
    for (let i = this.low; i < this.high; i += 1) total = add(total, (exact as readonly Fraction[])[i] as Fraction);
    return total;
  }

  /** Rows that made these days. */
  rows(): number {
    let rows = 0;
    for (let i = this.low; i < this.high; i += 1) rows += this.held.counts[i] as number;
    return rows;
  }

  /** Running count up to a day (exclusive). */
  before(day: DayNumber): Fraction {
    return new DayCounts(this.held, this.low, this.at(day)).total();
  }

  /** The days one by one, made on demand. */
  list(): DayCount[] {
    const { days, counts, whole, exact } = this.held;
    const out: DayCount[] = [];
    for (let i = this.low; i < this.high; i += 1) {
      const quantity =
        whole === null ? ((exact as readonly Fraction[])[i] as Fraction) : { n: BigInt(whole[i] as number), d: 1n };
      out.push({ day: days[i] as number, quantity, count: counts[i] as number });
    }
    return out;
  }

  /** Days for which a test holds; all or none of them cost no copy. */
  filter(test: (day: DayNumber) => boolean): DayCounts {
    let kept = 0;
    for (let i = this.low; i < this.high; i += 1) if (test(this.held.days[i] as number)) kept += 1;
    if (kept === this.length) return this;
    return kept === 0 ? DayCounts.NONE : DayCounts.of(this.list().filter((d) => test(d.day)));
  }

  /** Each quantity changed by one exact rule. */
  map(change: (quantity: Fraction) => Fraction): DayCounts {
    return DayCounts.of(this.list().map((d) => ({ ...d, quantity: change(d.quantity) })));
  }

  /** Room that `write` may need, in bytes; null where quantities are no whole numbers and have to be written as text. */
  get room(): number | null {
    return this.held.whole === null ? null : this.length * LONGEST_DAY;
  }

  /**
   * Writes `["2026-03-01","1250",4]` for each day, joined by commas, as canonical JSON has it. Returns where it stopped.
   * Straight into bytes, because the input hash covers tens of thousands of days and needs no text of them.
   */
  write(into: Uint8Array, at: number): number {
    const { days, counts, whole } = this.held;
    let to = at;
    for (let i = this.low; i < this.high; i += 1) {
      to = writeAscii(into, to, i === this.low ? '["' : ',["');
      to = writeAscii(into, to, isoDate(days[i] as number));
      to = writeAscii(into, to, '","');
      to = writeWhole(into, to, (whole as ArrayLike<number>)[i] as number);
      to = writeAscii(into, to, '",');
      to = writeWhole(into, to, counts[i] as number);
      into[to] = 93;
      to += 1;
    }
    return to;
  }
}

/** `,["2026-03-01","-9007199254740991",4294967295]` */
const LONGEST_DAY = 52;

function writeAscii(into: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) into[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A whole number below 2^53 as a plain decimal: never an exponent, never a minus zero. */
function writeWhole(into: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    into[at] = 45;
    return writeWhole(into, at + 1, -value);
  }
  let width = 1;
  for (let bound = 10; bound <= value; bound *= 10) width += 1;
  let left = value;
  for (let i = at + width - 1; i >= at; i -= 1) {
    const tenth = Math.floor(left / 10);
    into[i] = 48 + (left - tenth * 10);
    left = tenth;
  }
  return at + width;
}
