// Flattens a kernel trace into the numbered steps a reader walks: from the amount down to clause words and fact rows.
// Owns order and grouping only; every word and figure is the kernel's. Must not compute money.
import type { FactsRef, PostingEntry, PreviewResult, TierStep, TraceStep } from '@countersign/shared/billing';
import type { ActionFact, Clause, DeliveryFact, Price } from '@countersign/shared/model';

import { lineName } from './statementWords.ts';

/** A pair of words and a figure on one line of a step. */
export interface StepFigure {
  readonly label: string;
  /** Decimal text, or n/d for an exact quotient. */
  readonly value: string;
}

export interface ClauseWords {
  readonly id: string;
  readonly key: string;
  readonly text: string;
  readonly versionId: string | null;
}

/** Rows behind a measured quantity: what the kernel counted, and those of its sample that this computer holds. */
export interface FactRows {
  readonly ref: FactsRef;
  readonly rows: readonly { readonly id: string; readonly date: string; readonly quantity: string }[];
}

export interface NumberedStep {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly figures: readonly StepFigure[];
  readonly tiers: readonly (TierStep & { readonly on: boolean })[];
  readonly clause: ClauseWords | null;
  /** A clause shown by an earlier step of the same trace. */
  readonly clauseAbove: string | null;
  readonly facts: FactRows | null;
}

/** What a trace may be read beside. */
export interface TraceSources {
  readonly clauses: readonly Clause[];
  readonly delivery: readonly DeliveryFact[];
  readonly actions: readonly ActionFact[];
  readonly posting: PostingEntry | null;
  /** The price of the line, so that its tier table can be shown whole and not only the tier that priced. */
  readonly price?: Price | null;
}

/**
 * Where a kind of step stands when read from the amount down: what was posted, then rounding, then the price, the rate,
 * and the measure. Equal ranks keep the kernel's order, reversed: later computations come first.
 */
const RANK: Partial<Record<TraceStep['kind'], number>> = {
  DELTA: 0,
  LINE: 1,
  SEGMENT: 1,
  ACTION: 1,
  FX: 2,
  ROUND: 3,
  COMBINE: 4,
  PRICE: 4,
  TIER: 5,
  RATE: 6,
  SHARE: 7,
  PRORATION: 7,
  FREE: 8,
  CONTRACTED_CAP: 8,
  DISCREPANCY: 8,
  ATTRIBUTION: 8,
  ELIGIBILITY: 8,
  MEASURE: 9,
};
const MIDDLE_RANK = 5;

function inReadingOrder(children: readonly TraceStep[]): TraceStep[] {
  return children
    .map((step, at) => ({ step, at, rank: RANK[step.kind] ?? MIDDLE_RANK }))
    .sort((a, b) => a.rank - b.rank || b.at - a.at)
    .map(({ step }) => step);
}

function walk(step: TraceStep): TraceStep[] {
  return [step, ...inReadingOrder(step.children).flatMap(walk)];
}

function figuresOf(step: TraceStep): StepFigure[] {
  const figures: StepFigure[] = [];
  if (step.rounding !== undefined) {
    figures.push({ label: 'Before rounding', value: step.rounding.from });
    figures.push({ label: 'Rounded', value: step.rounding.to });
    return figures;
  }
  if (step.factor !== undefined) figures.push({ label: 'Factor', value: step.factor });
  if (step.exact !== undefined && step.exact !== step.amount) figures.push({ label: 'Exact', value: step.exact });
  if (step.amount !== undefined) figures.push({ label: 'Amount', value: step.amount });
  return figures;
}

/** Quantities arrive as canonical decimal text, so zero has one spelling but for decimals. */
const isZeroText = (text: string): boolean => /^-?0(\.0*)?$/.test(text);

type ShownTier = TierStep & { readonly on: boolean };

/** The whole tier table with what each tier priced; only the tiers of the step where the price has no table like it. */
function tierRows(used: readonly TierStep[], price: Price | null): ShownTier[] {
  const own = used.map((tier) => ({ ...tier, on: !isZeroText(tier.quantity) }));
  if (used.length === 0 || price === null || (price.type !== 'VOLUME' && price.type !== 'GRADUATED')) return own;
  let above = '0';
  const table = price.tiers.map((tier): ShownTier => {
    const start = above;
    above = tier.upTo ?? start;
    const match = own.find((each) => each.above === start && each.upTo === tier.upTo);
    return (
      match ?? {
        above: start,
        upTo: tier.upTo,
        quantity: '0',
        rate: tier.rate ?? '0',
        flat: tier.flat ?? '0',
        exact: '0',
        on: false,
      }
    );
  });
  return table.some((tier) => tier.on) ? table : own;
}

function factRows(ref: FactsRef, sources: TraceSources): FactRows {
  const wanted = new Set(ref.sample);
  const rows: { id: string; date: string; quantity: string }[] = [];
  for (const fact of sources.delivery) {
    if (fact.id !== undefined && wanted.has(fact.id))
      rows.push({ id: fact.id, date: fact.localDate ?? fact.at ?? '', quantity: fact.quantity });
  }
  for (const fact of sources.actions) {
    if (wanted.has(fact.id)) rows.push({ id: fact.id, date: fact.occurredAt, quantity: '1' });
  }
  if (rows.length === 0) return { ref, rows: ref.sample.map((id) => ({ id, date: '', quantity: '' })) };
  return { ref, rows: rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.id < b.id ? -1 : 1)) };
}

/** Steps of one amount, numbered from 1. A clause's words appear once, at the first step that rests on them. */
export function numberedSteps(trace: TraceStep, sources: TraceSources): NumberedStep[] {
  const steps: Omit<NumberedStep, 'number'>[] = [];
  const plain = { figures: [], tiers: [], clause: null, clauseAbove: null, facts: null } as const;
  if (sources.posting !== null) {
    steps.push({
      ...plain,
      title: 'To post',
      text: '',
      figures: [
        { label: 'Computed now', value: sources.posting.cumulative },
        { label: 'Posted before', value: sources.posting.posted },
        ...(sources.posting.delta === sources.posting.cumulative
          ? []
          : [{ label: 'To post', value: sources.posting.delta }]),
      ],
    });
  }
  const shown = new Set<string>();
  for (const step of walk(trace)) {
    const clause = clauseOf(step, sources.clauses);
    const above = clause !== null && shown.has(clause.id);
    if (clause !== null) shown.add(clause.id);
    steps.push({
      title: step.title,
      text: step.text,
      figures: figuresOf(step),
      tiers: tierRows(step.tiers ?? [], sources.price ?? null),
      clause: above ? null : clause,
      clauseAbove: above && clause !== null ? clause.key : null,
      facts: step.facts === undefined || step.facts.count === 0 ? null : factRows(step.facts, sources),
    });
  }
  return steps.map((step, at) => ({ number: at + 1, ...step }));
}

function clauseOf(step: TraceStep, clauses: readonly Clause[]): ClauseWords | null {
  if (step.clauseId === undefined) return null;
  const known = clauses.find((clause) => clause.id === step.clauseId);
  const text = step.clauseText ?? known?.text;
  if (text === undefined) return null;
  return { id: step.clauseId, key: known?.key ?? step.clauseId, text, versionId: step.versionRef?.versionId ?? null };
}

/** What the person selected: a line's gross, an adjustment, or one share of an action. */
export type Selection =
  | { readonly of: 'line'; readonly key: string }
  | { readonly of: 'adjustment'; readonly key: string }
  | { readonly of: 'action'; readonly key: string };

export interface TracedAmount {
  readonly title: string;
  readonly amount: string;
  readonly trace: TraceStep;
  readonly posting: PostingEntry | null;
}

/** Key of one share of an action: an action split over partners has several. */
export const actionKey = (action: { readonly actionId: string; readonly partnerId: string }): string =>
  `${action.actionId}/${action.partnerId}`;

/** The amount behind a selection, or null when this result does not hold it (another period was chosen). */
export function tracedAmount(result: PreviewResult, selection: Selection): TracedAmount | null {
  // Posted components are named `component:row`; a line's gross is the one that its table shows.
  const posting = (rowKey: string): PostingEntry | null =>
    result.posting.entries.find((entry) => entry.lineKey === `gross:${rowKey}`) ?? null;
  if (selection.of === 'line') {
    const line = result.lines.find((l) => l.key === selection.key);
    return line === undefined
      ? null
      : { title: `${lineName(line)}, gross`, amount: line.gross, trace: line.trace, posting: posting(line.key) };
  }
  if (selection.of === 'adjustment') {
    const found = result.adjustments.find((a) => a.key === selection.key);
    return found === undefined ? null : { title: found.label, amount: found.amount, trace: found.trace, posting: null };
  }
  const action = (result.actions ?? []).find((a) => actionKey(a) === selection.key);
  return action === undefined
    ? null
    : {
        title: `Order ${action.orderId}, ${action.partnerId}`,
        amount: action.payout,
        trace: action.trace,
        posting: null,
      };
}
