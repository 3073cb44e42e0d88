// Count, average, lowest, highest and sum of selected cells, exactly, on decimal text. Must not make a JavaScript number of a value.
import {
  add,
  compare,
  decimalOf,
  decimalProblem,
  divide,
  exactText,
  type Fraction,
  fromInteger,
  minorDigits,
  QUANTITY_LIMITS,
  roundedText,
  ZERO,
} from '@countersign/shared/money';

export interface Aggregates {
  /** Cells that are not blank, of any type. */
  readonly count: number;
  /** null when no selected cell holds a number. All are plain decimal text. */
  readonly figures: {
    readonly numbers: number;
    readonly average: string;
    readonly min: string;
    readonly max: string;
    readonly sum: string;
  } | null;
}

/** Adds up cells one by one, so that a large selection can be summed in slices without blocking. */
export class Aggregator {
  #count = 0;
  #numbers = 0;
  #sum: Fraction = ZERO;
  #min: { value: Fraction; text: string } | null = null;
  #max: { value: Fraction; text: string } | null = null;

  /** `isNumber` says that the column holds decimals; text that does not parse only counts. */
  add(text: string | null, isNumber: boolean): void {
    if (text === null || text === '') return;
    this.#count += 1;
    if (!isNumber || decimalProblem(text, QUANTITY_LIMITS) !== null) return;
    const value = decimalOf(text);
    this.#numbers += 1;
    this.#sum = add(this.#sum, value);
    if (this.#min === null || compare(value, this.#min.value) < 0) this.#min = { value, text };
    if (this.#max === null || compare(value, this.#max.value) > 0) this.#max = { value, text };
  }

  /** The average is rounded once, half up, to the currency's minor digits (2 without one); everything else is exact. */
  result(currency?: string): Aggregates {
    if (this.#min === null || this.#max === null) return { count: this.#count, figures: null };
    const digits = currency === undefined ? 2 : minorDigits(currency);
    const average = divide(this.#sum, fromInteger(BigInt(this.#numbers)));
    return {
      count: this.#count,
      figures: {
        numbers: this.#numbers,
        average: roundedText(average, digits, 'HALF_UP'),
        min: this.#min.text,
        max: this.#max.text,
        sum: exactText(this.#sum),
      },
    };
  }
}
