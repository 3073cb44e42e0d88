/** A vector of `rating.json` as its models read it. Must not: compute. */
import { exactText, type Fraction } from '@countersign/shared/money';
import type { Outputs, Reader, VectorRounding } from './expect.ts';

/** One vector's parts, ready to read. */
export interface RatingVector {
  readonly params: Reader;
  readonly inputs: Reader;
  readonly vector: Reader;
  readonly rounding: VectorRounding;
}

/** What one model of the file answers for a vector. */
export type Model = (v: RatingVector) => Outputs;

export const text = exactText;
export const texts = (values: readonly Fraction[]): string[] => values.map(exactText);

/** Units that are rated; most vectors state them beside their inputs. */
export function quantityOf(v: RatingVector): Fraction {
  return v.vector.has('quantity') ? v.vector.decimal('quantity') : v.inputs.decimal('quantity');
}
