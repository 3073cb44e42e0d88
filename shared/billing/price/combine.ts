/** Greater of, lesser of, sum of. Owns: comparing the exact amounts of the parts. Must not: round (settled 9). */
import type { Price } from '@countersign/shared/model';
import { add, compare, ZERO } from '@countersign/shared/money';
import type { TraceStep } from '../trace.ts';
import { groupedExact, rateText } from '../words.ts';
import { type PriceContext, type Priced, step } from './context.ts';

type Combined = Extract<Price, { type: 'COMBINE' }>;

interface Part {
  readonly part: Price;
  readonly priced: Priced;
}

/** `priceOf` prices the parts, which may be combined themselves. */
export function combine(
  price: Combined,
  context: PriceContext,
  priceOf: (part: Price, context: PriceContext) => Priced,
): Priced {
  const parts = price.of.map(
    (part): Part => ({
      part,
      priced: priceOf(part, { ...context, rateType: part.rateType ?? price.rateType ?? context.rateType }),
    }),
  );
  return price.op === 'SUM' ? summed(price, context, parts) : compared(price, context, parts);
}

function summed(price: Combined, { rateType }: PriceContext, parts: readonly Part[]): Priced {
  const exact = parts.reduce((total, p) => add(total, p.priced.exact), ZERO);
  return {
    exact,
    rate: parts.map((p) => p.priced.rate ?? rateText(p.part, rateType)).join(' and '),
    steps: () => {
      const below = parts.flatMap((p) => p.priced.steps());
      return [step('COMBINE', 'Sum of', rateText(price, rateType), exact, below, price.clauseId)];
    },
  };
}

function compared(price: Combined, { rateType }: PriceContext, parts: readonly Part[]): Priced {
  const better = price.op === 'GREATER_OF' ? 1 : -1;
  const chosen = parts.reduce((best, p) => (compare(p.priced.exact, best.priced.exact) === better ? p : best));
  const others = (): TraceStep[] =>
    parts
      .filter((p) => p !== chosen)
      .map((p) => ({
        kind: 'NOTE' as const,
        title: 'Not chosen',
        text: `${rateText(p.part, rateType)} gives ${groupedExact(p.priced.exact)}.`,
        children: [],
      }));
  const title = price.op === 'GREATER_OF' ? 'Greater of' : 'Lesser of';
  const { exact, tier } = chosen.priced;
  return {
    exact,
    steps: () => {
      const text = `${rateText(chosen.part, rateType)} gives ${groupedExact(exact)}, which counts.`;
      return [step('COMBINE', title, text, exact, [...chosen.priced.steps(), ...others()], price.clauseId)];
    },
    rate: chosen.priced.rate ?? rateText(chosen.part, rateType),
    ...(tier === undefined ? {} : { tier }),
  };
}
