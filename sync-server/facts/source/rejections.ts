/** Rejected rows by reason while a file is read. Owns counting all and keeping the first few; the words are the reader's. */
import type { RejectedRows, SampleRow } from './factSource.ts';

/** Shown of each reason where nobody asks for more. */
export const SAMPLES = 5;

export class Rejections {
  readonly #most: number;
  readonly #byReason = new Map<string, { readonly reason: Reason; count: number; readonly samples: SampleRow[] }>();

  constructor(most: number = SAMPLES) {
    this.#most = most;
  }

  /** Adds a row; `count` where the sample stands for more than itself, 0 for one more sample of rows that were counted. */
  add(reason: Reason, sample: SampleRow, count = 1): void {
    const key = `${reason.code}\u0000${reason.column}\u0000${reason.what}`;
    const known = this.#byReason.get(key) ?? { reason, count: 0, samples: [] };
    known.count += count;
    if (known.samples.length < this.#most) known.samples.push(sample);
    this.#byReason.set(key, known);
  }

  list(): RejectedRows[] {
    return [...this.#byReason.values()].map(({ reason, count, samples }) => ({ ...reason, count, samples }));
  }
}

/** Why rows were rejected, and the column at fault. */
export type Reason = Pick<RejectedRows, 'code' | 'what' | 'cure' | 'column'>;

/** A value that the schema of facts refuses. */
export function wrongFact(what: string, column: string): Reason {
  return { code: 'FACT_WRONG', what, cure: 'Correct it and try again.', column };
}
