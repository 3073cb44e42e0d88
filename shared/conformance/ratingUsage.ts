/**
 * The models of `rating.json` about what is counted, booked and credited. Owns: which kernel call each is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import { add, subtract, sum, ZERO } from '@countersign/shared/money';
import { applyAllowance, consumeCredits, spendOverage } from '../billing/credits.ts';
import type { Bag } from './expect.ts';
import { pipeline, runPipeline } from './pipeline.ts';
import { type Model, quantityOf, type RatingVector, text, texts } from './ratingVector.ts';

function usageDiscounts(v: RatingVector): string[] {
  let before = ZERO;
  const allowance = v.params.decimal('allowance');
  return v.vector.decimals('quantities').map((quantity) => {
    const { billable } = applyAllowance(allowance, before, quantity);
    before = add(before, quantity);
    return text(billable);
  });
}

export const USAGE_MODELS: Readonly<Record<string, Model>> = {
  unit_conversion: (v) => ({ quantity: text(pipeline.convert(v.params.bag, quantityOf(v))) }),
  usage_discount: (v) => {
    const { applied, billable } = applyAllowance(
      v.params.decimal('allowance'),
      v.inputs.decimal('pre_quantity', '0'),
      v.inputs.has('quantity') ? v.inputs.decimal('quantity') : quantityOf(v),
    );
    return { applied: text(applied), billable: text(billable) };
  },
  usage_discount_sequence: (v) => ({ billable: usageDiscounts(v) }),
  pipeline: (v) => runPipeline(v),
  cumulative_delta: (v) => {
    const quantities = v.vector.decimals('quantities');
    let booked = ZERO;
    const deltas = quantities.map((quantity, i) => {
      const last = i === quantities.length - 1;
      const limits =
        v.params.has('min_spend_final_only') && last ? { min_spend: v.params.text('min_spend_final_only') } : {};
      const bag: Bag = { ...v.params.bag, ...limits };
      const total = pipeline.rate(bag, { before: ZERO, quantity, already: ZERO, closes: true }, v.rounding).total;
      const delta = subtract(total, booked);
      booked = total;
      return v.rounding.write(delta);
    });
    return { deltas, total: v.rounding.write(booked) };
  },
  max_spend_overage: (v) => ({
    discount: v.rounding.write(
      spendOverage(
        v.rounding.apply(v.inputs.decimal('already_billed', '0')),
        v.inputs.decimal('line_total'),
        v.rounding.apply(v.params.decimal('max_spend')),
      ),
    ),
  }),
  credit_allocation: (v) => {
    const lines = v.inputs.decimals('lines');
    const net = consumeCredits(lines, v.inputs.decimals('credits'));
    const used = subtract(sum(lines), sum(net));
    return {
      net_lines: texts(net),
      credited: text(used),
      credits_used: text(used),
      total: text(sum(net)),
      unused: text(subtract(sum(v.inputs.decimals('credits')), used)),
    };
  },
};
