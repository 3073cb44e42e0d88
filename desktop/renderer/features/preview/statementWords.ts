// The words of a statement: units, column heads, "Billed 93 spots", adjustments with their clause. Owns wording; sums only
// quantities, exactly, from decimal text. Must not make a number of anything.
import type { PreviewResult, ResultLine, TierStep, TraceStep } from '@countersign/shared/billing';
import { add, decimalOf, exactText, ZERO } from '@countersign/shared/money';
import { amountText } from '../../kit/amount.ts';

/** Units whose singular is not the plural without its s. */
const SINGULAR: Readonly<Record<string, string>> = { impressions: 'impression', currency: 'currency' };

/** "spots" → "spot" where the quantity is exactly one. */
export function unitText(quantity: string, unit: string): string {
  if (!/^1(\.0+)?$/.test(quantity)) return unit;
  return SINGULAR[unit] ?? unit.replace(/s$/, '');
}

/** Exact sum of quantities, as decimal text. */
function sumText(quantities: readonly string[]): string {
  return exactText(quantities.reduce((sum, text) => add(sum, decimalOf(text)), ZERO));
}

/** The unit all lines share, or null when they differ. */
export function sharedUnit(lines: readonly ResultLine[]): string | null {
  const units = new Set(lines.map((line) => line.quantityUnit));
  const [unit] = units;
  return units.size === 1 && unit !== undefined ? unit : null;
}

/** One figure per unit: `93 spots`, or `12,000 impressions and 4 days`. Null when nothing was measured. */
export function billedText(lines: readonly ResultLine[]): string | null {
  const byUnit = new Map<string, string[]>();
  for (const line of lines) byUnit.set(line.quantityUnit, [...(byUnit.get(line.quantityUnit) ?? []), line.quantity]);
  const parts = [...byUnit].map(([unit, quantities]) => {
    const total = sumText(quantities);
    return `${amountText(total)} ${unitText(total, unit)}`;
  });
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const titleCase = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** Head of the quantity column. */
export function quantityHead(lines: readonly ResultLine[]): string {
  const unit = sharedUnit(lines);
  return unit === null ? 'Quantity' : titleCase(unit);
}

/** Head of the rate column: names the rate type when all lines share it. */
export function rateHead(lines: readonly ResultLine[]): string {
  const types = new Set(lines.map((line) => line.rateType));
  const [type] = types;
  return types.size === 1 && type !== undefined && type !== 'SPOT' && type !== 'FLAT' ? `Rate, ${type}` : 'Rate';
}

/** Tiers that priced something, anywhere in a trace. */
function tiersUsed(step: TraceStep): TierStep[] {
  const own = (step.tiers ?? []).filter((tier) => !/^-?0(\.0*)?$/.test(tier.quantity));
  return [...own, ...step.children.flatMap(tiersUsed)];
}

/**
 * What the rate column shows: the rate of the one tier that priced, how many tiers did, or the figure of the rate text
 * ("20.00 per 1,000 impressions" → "20.00") where every line shares the unit; else the whole text.
 */
export function rateFigure(line: ResultLine, short: boolean): string {
  const tiers = new Map(tiersUsed(line.trace).map((tier) => [tier.above, tier]));
  const [tier] = tiers.values();
  if (tiers.size > 1) return `${tiers.size} tiers`;
  if (tier !== undefined) return amountText(tier.rate, { decimals: 2 });
  const figure = /^-?[\d,]+(\.\d+)?%?/.exec(line.rateText)?.[0];
  if (!short || figure === undefined) return line.rateText;
  return figure.endsWith('%') ? figure : amountText(figure.replaceAll(',', ''), { decimals: 2 });
}

/** A line's name for people: its number, or its label where the row has no number (a payout rule). */
export function lineName(line: Pick<ResultLine, 'key' | 'label'>): string {
  return line.key.startsWith('r-') ? line.label : `Line ${line.key}`;
}

/** "above 5,000,000", "to 1,000,000", or "every unit" for a single open tier. */
export function tierText(tier: { readonly above: string; readonly upTo: string | null }): string {
  if (tier.upTo !== null) return `to ${amountText(tier.upTo)}`;
  return /^0(\.0*)?$/.test(tier.above) ? 'every unit' : `above ${amountText(tier.above)}`;
}

/** Words of an action's outcome. */
export const OUTCOME_WORDS = {
  PENDING: 'Pending',
  LOCKED: 'Locked',
  PAID: 'Paid',
  REVERSED: 'Reversed',
  REVERSED_AFTER_LOCK: 'Reversed after lock',
  OUTSIDE_TERMS: 'Outside of terms',
  REJECTED: 'Rejected',
  UNATTRIBUTED: 'No partner',
} as const;

const plural = (count: number, one: string, many: string): string =>
  `${amountText(String(count))} ${count === 1 ? one : many}`;

/** The status line: what the statement stands on. */
export function statementBasis(result: PreviewResult): string {
  // A payout line counts actions, which are named by themselves.
  const rows = result.lines.reduce((sum, line) => sum + (line.quantityUnit === 'actions' ? 0 : line.factsCount), 0);
  const actions = new Set((result.actions ?? []).map((a) => a.actionId)).size;
  const parts: string[] = [];
  if (rows > 0 || actions === 0) parts.push(plural(rows, 'delivery row', 'delivery rows'));
  if (actions > 0) parts.push(plural(actions, 'action', 'actions'));
  return parts.join(', ');
}
